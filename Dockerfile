# The worker, and the client inside it. Debian, because Temporal's native code needs glibc.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The image has its own Node, and one of Temporal's five native builds fits it.
RUN npm ci --omit=dev --no-audit --no-fund \
    && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/node-darwin-* node_modules/.bin/node \
    && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
        ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +
COPY . .
RUN node worker/bundle.ts

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production \
    TEMPORAL_AZUREML_STORE=/data/store \
    TEMPORAL_AZUREML_REGISTRY=/data/registry
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
CMD ["node", "worker/main.ts"]
