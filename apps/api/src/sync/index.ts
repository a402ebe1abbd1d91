export { checkedBooks } from './checked-books.ts';
export { SyncModule } from './sync.module.ts';
export { SyncRequestDto } from './sync.dto.ts';
export { TakeInSync } from './take-in-sync.ts';
