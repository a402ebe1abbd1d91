export { BookStateItemDto } from './book-states.dto.ts';
export { reportFromItem } from './book-state-report.ts';
export { BookStatesModule } from './book-states.module.ts';
export { ChangeBookState } from './change-book-state.ts';
export { type FileBookState, MergeBookStates } from './merge-book-states.ts';
export { type ReadPlace, StepStatuses } from './step-statuses.ts';
export type { StoredBookState } from './book-state.repository.ts';
export { ImportedStates } from './imported-states.ts';
