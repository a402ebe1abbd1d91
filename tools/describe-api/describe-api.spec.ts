import { globSync } from 'node:fs';
import { contractSchemas } from './contract-schemas.ts';
import { controllerTypes, dtoContracts } from './controller-types.ts';

const sources = globSync('apps/api/src/**/*.ts', { cwd: process.cwd() }).filter((path) => !path.endsWith('.spec.ts'));
const contractOfDto = new Map(sources.flatMap(dtoContracts));
const routes = new Map(
  sources
    .filter((path) => path.endsWith('.controller.ts'))
    .flatMap((path) => [...controllerTypes(path, contractOfDto)]),
);

describe('the description of the API', () => {
  it('knows what routes read and answer by the names of the contract', () => {
    expect(routes.get('ProgressController_push')).toEqual({ asks: 'ProgressPush', answers: 'ProgressPushAnswer' });
    expect(routes.get('UsersController_list')).toEqual({ asks: undefined, answers: 'UserSummary[]' });
    expect(routes.get('UnmatchedController_link')).toEqual({ asks: 'LinkDocument', answers: undefined });
  });

  it('knows the body of everything a device sends', () => {
    const sent = [...routes].filter(([, { answers }]) => /Answer$/.test(answers ?? ''));
    const asked = sent.filter(([, { asks }]) => asks !== undefined).map(([name]) => name);
    expect(asked).toEqual(
      expect.arrayContaining([
        'AnnotationsController_exchange',
        'AnnotationsController_ack',
        'AnnotationsController_upload',
        'AnnotationsController_exchangeBookmarks',
        'AnnotationsController_ackBookmarks',
        'BookStatesController_push',
        'SessionsController_push',
        'SyncController_sync',
      ]),
    );
    expect(routes.get('AnnotationsController_exchange')?.asks).toBe('AnnotationExchange');
    expect(routes.get('AnnotationsController_ackBookmarks')?.asks).toBe('BookmarkAck');
  });

  it('has a schema for every body and answer, with what the contract says about it', () => {
    const schemas = contractSchemas();
    const named = [...routes.values()]
      .flatMap(({ asks, answers }) => [asks, answers])
      .filter((name) => name !== undefined);
    const unknown = named
      .map((name) => name.replace('[]', ''))
      .filter((name) => !(name in schemas) && name !== 'StreamableFile');
    expect(unknown).toEqual([]);
    expect(schemas['BookQuery']).toMatchObject({ description: expect.stringContaining('GET /api/v1/books') });
  });
});
