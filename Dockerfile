# glibc: the embedded ClickHouse engine and SQLite come as libraries that are built for it.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# What is installed needs no scripts of its own, and the one of this package wants the sources.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY schemas schemas
COPY connectors connectors
COPY dashboards dashboards
COPY client client
COPY services services
RUN npm run build

FROM node:20.20.2-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM node:20.20.2-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production LEDGERLINE_DATA_DIR=/data
# Most of what a hub makes is soon forgotten: with more room for it answers under load come sooner (docs/performance.md).
ENV NODE_OPTIONS=--max-semi-space-size=64
# /data is the only place that is written to.
RUN mkdir /data && chown node:node /data
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY schemas schemas
COPY services/board/static services/board/static
COPY --from=build /app/dist dist
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.LEDGERLINE_PORT || 8080}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/services/cli/ledgerline.js"]
CMD ["start"]
