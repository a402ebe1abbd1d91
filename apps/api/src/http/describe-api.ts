import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SERVER_VERSION } from '../config/index.ts';

/** What the build found out about the types of routes; `tools/describe-api.ts` writes it. */
interface ApiTypes {
  readonly schemas: NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
  readonly routes: Readonly<Record<string, { readonly asks?: string; readonly answers?: string } | undefined>>;
}

const API_TYPES = join(import.meta.dirname, '../api-types.json');
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** OpenAPI at `/api/docs` and `/api/docs-json`, with the types of the contract. */
export function describeApi(app: NestExpressApplication): void {
  SwaggerModule.setup('api/docs', app, () => apiDescription(app));
}

/** @returns The description of every route; without a build, as in specs, without types. */
export function apiDescription(app: NestExpressApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('BookOrbit')
    .setDescription(
      'The web API, signed in by cookie, and what KOReader devices speak, by `x-auth-user` and `x-auth-key` or HTTP Basic. ' +
        'Whatever is refused answers with an ErrorBody.',
    )
    .setVersion(SERVER_VERSION)
    .setOpenAPIVersion('3.1.0')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller}_${method}`,
  });
  const types = readApiTypes();
  return types ? withTypes(document, types) : document;
}

function readApiTypes(): ApiTypes | undefined {
  return existsSync(API_TYPES) ? (JSON.parse(readFileSync(API_TYPES, 'utf8')) as ApiTypes) : undefined;
}

function withTypes(document: OpenAPIObject, { schemas, routes }: ApiTypes): OpenAPIObject {
  const schemaOf = (name: string) => {
    const reference = { $ref: `#/components/schemas/${name.replace('[]', '')}` };
    return name.endsWith('[]') ? { type: 'array' as const, items: reference } : reference;
  };
  const content = (name: string | undefined) =>
    name !== undefined && name.replace('[]', '') in schemas
      ? { content: { 'application/json': { schema: schemaOf(name) } } }
      : undefined;
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      const types = operation && routes[operation.operationId ?? ''];
      if (!operation) continue;
      const asked = content(types?.asks);
      if (asked) operation.requestBody = { required: true, ...asked };
      for (const [status, response] of Object.entries(operation.responses)) {
        if (response && status.startsWith('2')) Object.assign(response, content(types?.answers));
      }
      operation.responses['4XX'] = { description: 'Refused: what is wrong and what to do.', ...content('ErrorBody') };
    }
  }
  return { ...document, components: { ...document.components, schemas } };
}
