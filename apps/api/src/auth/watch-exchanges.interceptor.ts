import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { IdentifiedRequest } from './access.decorator.ts';
import { ExchangeWatch, routeOf } from './exchange-watch.ts';

/** Lets every request of a plugin that changes or fetches something be watched. */
@Injectable()
export class WatchExchanges implements NestInterceptor {
  constructor(private readonly watch: ExchangeWatch) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const userId = request.device?.userId;
    if (userId === undefined || request.method === 'GET') return next.handle();
    request.body = await this.watch.tellApart(userId, request.body);
    const exchange = { userId, route: routeOf(request.path), body: request.body as unknown };
    return from(this.watch.around(exchange, () => lastValueFrom(next.handle()), true));
  }
}
