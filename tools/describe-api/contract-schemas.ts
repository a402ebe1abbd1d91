import { createGenerator } from 'ts-json-schema-generator';

/** JSON schemas of every exported type of the contract, by its name, with its docstrings. */
export function contractSchemas(): Record<string, object> {
  const generator = createGenerator({
    path: 'libs/contracts/src/{koreader,web,}/*.ts',
    tsconfig: 'libs/contracts/tsconfig.json',
    type: '*',
    skipTypeCheck: true,
    jsDoc: 'extended',
    expose: 'export',
    topRef: true,
    additionalProperties: true,
  });
  const { definitions = {} } = generator.createSchema('*');
  const moved = JSON.stringify(definitions).replaceAll('#/definitions/', '#/components/schemas/');
  return JSON.parse(moved) as Record<string, object>;
}
