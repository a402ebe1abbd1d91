export * from './content-signature.ts';
export * from './partial-md5.ts';
