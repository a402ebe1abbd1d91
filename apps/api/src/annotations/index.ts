export { AckAnnotations, AckBookmarks, type BookAcks } from './ack-annotations.ts';
export { ANCHORED_WITHIN_MILLISECONDS, AnchorAnnotations } from './anchor-annotations.ts';
export { AnnotationListRepository } from './annotation-list.repository.ts';
export { exportAnnotations } from './export-annotations.ts';
export { AnnotationWorkersModule } from './annotation-workers.module.ts';
export { AnnotationsModule } from './annotations.module.ts';
export { type BookExchange, ExchangeAnnotations } from './exchange-annotations.ts';
export { ExchangeBookmarks } from './exchange-bookmarks.ts';
export type { ExchangingDevice, FileExchange } from './exchange-files.ts';
export {
  exchangingDevice,
  mostAnnotationChanges,
  type RawExchange,
  readAcks,
  readAnnotations,
  readBookmarks,
  type Reading,
  readingOf,
} from './read-exchange.ts';
export { ImportedAnnotations } from './imported-annotations.ts';
export { utcOffsetMinutes } from './utc-offset.ts';
