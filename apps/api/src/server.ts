import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { LIMITS } from '@bookorbit/contracts';
import type { Logger } from 'pino';
import { AppModule } from './app.module.ts';
import type { Environment } from './config/index.ts';
import type { DatabaseConnection } from './database/index.ts';
import { jsonUpTo } from './http/bodies.ts';
import { describeApi } from './http/describe-api.ts';
import { answerBrokenRequests, ErrorFilter, validationPipe } from './http/index.ts';
import { byPath } from './http/middleware.ts';
import { requestLog } from './http/request-log.ts';
import { webApp } from './http/web-app.ts';
import { NestLog } from './log.ts';

/** Where the web app's build lies, seen from the built server and from its source alike. */
const WEB_APP = join(import.meta.dirname, '../../web/dist/browser');

/** Answers with data, never with a page. */
const API = '/api/v1';

/** @returns The whole server, schema up to date, not yet listening. */
export async function createServer(
  environment: Environment,
  connection: DatabaseConnection,
  log: Logger,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(environment, connection, log), {
    bodyParser: false,
    abortOnError: false,
    logger: new NestLog(log),
  });
  app.set('trust proxy', environment.trustedProxies);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.disable('x-powered-by');
  const logged = requestLog(log);
  const pageHeaders = securityHeaders();
  const compressed = compression({ threshold: 1024 });
  app.use(
    byPath([
      // Their answers are a line long, and they are asked all day.
      { prefix: `${API}/koreader/syncs`, handlers: [logged, apiHeaders, jsonUpTo(LIMITS.stockBodyBytes)] },
      {
        prefix: `${API}/koreader/plugin`,
        handlers: [logged, apiHeaders, compressed, jsonUpTo(LIMITS.pluginBodyBytes)],
      },
      { prefix: `${API}/koreader`, handlers: [logged, apiHeaders, compressed, jsonUpTo(LIMITS.stockBodyBytes)] },
      { prefix: API, handlers: [logged, apiHeaders, compressed, jsonUpTo(LIMITS.webBodyBytes)] },
      // The description of the API is a page.
      { prefix: '/api', handlers: [logged, pageHeaders, compressed, jsonUpTo(LIMITS.webBodyBytes)] },
      { prefix: '', handlers: [pageHeaders, compressed, webApp(WEB_APP)] },
    ]),
  );
  app.setGlobalPrefix(API);
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ErrorFilter(log));
  describeApi(app);
  answerBrokenRequests(app.getHttpServer());
  return app;
}

/** The web app may load nothing but itself. The proxy in front decides about TLS. */
function securityHeaders() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
      },
    },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
  });
}

/** What a browser must not do with data, should one open it as a page. */
const apiHeaders: RequestHandler = (_request, response, next) => {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  next();
};
