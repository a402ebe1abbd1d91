export { type DtoClass, dtoInstance } from './dto-instance.ts';
export { answerBrokenRequests } from './broken-requests.ts';
export { ErrorFilter, refusalOf, sendRefusal } from './error.filter.ts';
export { Id } from './id.ts';
export { IsStorableText, isStorableText } from './is-storable-text.ts';
export { Optional } from './optional.ts';
export { Refusal, type RefusalDetails } from './refusal.ts';
export { lanAddresses, originOf, reachOf, serverUrl } from './server-address.ts';
export { CHECKS, firstFault, validationPipe } from './validation.pipe.ts';
