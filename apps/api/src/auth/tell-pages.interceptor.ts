import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { ServerEvent } from '@bookorbit/contracts';
import type { Request } from 'express';
import { concatMap, type Observable } from 'rxjs';
import type { IdentifiedRequest } from './access.decorator.ts';
import { PageNews } from './page-news.ts';

export const NEWS = 'bookorbit:news';

/** What a request changed, once it was answered well. */
export type NewsOf = (request: Request) => ServerEvent;

/** After a use case has committed, and only if it did. */
@Injectable()
export class TellPages implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly news: PageNews,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const newsOf = this.reflector.get<NewsOf | undefined>(NEWS, context.getHandler());
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const userId = request.user?.userId;
    if (!newsOf || userId === undefined) return next.handle();
    return next.handle().pipe(
      concatMap(async (answer: unknown) => {
        await this.news.tell(userId, newsOf(request));
        return answer;
      }),
    );
  }
}
