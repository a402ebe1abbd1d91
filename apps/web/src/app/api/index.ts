export { BooksApi, coverAtEdge } from './books-api.ts';
export { Failure, failureFrom } from './failure.ts';
export { Http } from './http.ts';
export { KoreaderApi } from './koreader-api.ts';
export { LibrariesApi } from './libraries-api.ts';
export { ServerEvents, listenToServer, type PageEvent } from './server-events.ts';
export { SessionApi } from './session-api.ts';
export { UsersApi } from './users-api.ts';
