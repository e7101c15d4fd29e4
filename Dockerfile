# Two stages: build the package, then run it as an unprivileged user on a read-only root.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm pack --pack-destination /package

FROM node:24-slim
WORKDIR /app
COPY --from=build /package/posthorn-*.tgz /tmp/posthorn.tgz
RUN npm install --omit=dev --no-audit --no-fund /tmp/posthorn.tgz \
  && rm /tmp/posthorn.tgz \
  && mkdir /data && chown node:node /data
USER node
ENV NODE_ENV=production POSTHORN_HOST=0.0.0.0 POSTHORN_PORT=8071 POSTHORN_DATA_DIR=/data
VOLUME /data
EXPOSE 8071
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8071/api/v1/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM finishes what is in flight; give it longer than POSTHORN_STOP_TIMEOUT_MS.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "node_modules/posthorn/bin/posthorn.mjs"]
CMD ["start"]
