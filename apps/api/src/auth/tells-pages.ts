import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { NEWS, type NewsOf, TellPages } from './tell-pages.interceptor.ts';

/** Something of what devices and the person keep together. */
export const ofKoreader: NewsOf = () => ({ type: 'koreader' });

/** Something about the book whose id stands in the path. */
export const ofBookInPath: NewsOf = ({ params }) => ({ type: 'progress', bookId: Number(params['id']) });

/** The other open pages of the user who calls this route follow what it changes. */
export const TellsPages = (newsOf: NewsOf) => applyDecorators(SetMetadata(NEWS, newsOf), UseInterceptors(TellPages));
