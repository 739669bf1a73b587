# The operator alone: one bundle of the sources that it uses, and Node.js. No shell, no package manager, no node_modules.
#
#   docker build -t cloud-manager:0.1.0 .

FROM node:24-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY tools/node24/package.json tools/node24/
RUN npm ci
COPY tools tools
COPY src src
RUN npm run bundle

FROM gcr.io/distroless/nodejs24-debian13:nonroot
COPY --from=build /build/bundle /app
# One arena of malloc, and a heap close to what is alive in it: bench/README.md has the figures.
ENV MALLOC_ARENA_MAX=1
USER 65532:65532
# Metrics, health.
EXPOSE 8080 8081
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=4", "--heap-growing-percent=20", "/app/dist/cli/operator.js"]
CMD ["run"]
