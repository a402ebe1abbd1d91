export { ErrorFilter, refusalOf, sendRefusal } from './error.filter.ts';
export { Id } from './id.ts';
export { IsStorableText, isStorableText } from './is-storable-text.ts';
export { Refusal, type RefusalDetails } from './refusal.ts';
export { firstFault, validationPipe } from './validation.pipe.ts';
