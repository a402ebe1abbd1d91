import { globSync, writeFileSync } from 'node:fs';
import { contractSchemas } from './describe-api/contract-schemas.ts';
import { controllerTypes, dtoContracts } from './describe-api/controller-types.ts';

/** Part of the server's build: what `/api/docs` says about bodies and answers, taken from the contract and the controllers. */
const TARGET = 'apps/api/dist/api-types.json';

const sources = globSync('apps/api/src/**/*.ts').filter((path) => !path.endsWith('.spec.ts'));
const contractOfDto = new Map(sources.flatMap(dtoContracts));
const schemas = contractSchemas();
const routes = sources
  .filter((path) => path.endsWith('.controller.ts'))
  .flatMap((path) => [...controllerTypes(path, contractOfDto)]);

writeFileSync(TARGET, JSON.stringify({ schemas, routes: Object.fromEntries(routes.sort()) }));
