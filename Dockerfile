# The platform's image: built on Debian 12 with the project's own compiler, run without root and without
# anything that is not needed to serve. The same files, in the same places, as `saltctl image build` makes.

FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends make ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY tools/setup tools/setup
RUN tools/setup
COPY . .
ARG JOBS=2
RUN cmake --preset release -DSB_TESTS=OFF && cmake --build build --parallel ${JOBS} --target saltbitter \
 && strip --strip-debug build/bin/saltbitter

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libboost-container1.81.0 libboost-json1.81.0 libboost-url1.81.0 \
      libssl3 libpq5 libsodium23 libfmt9 libcrypt1 postgresql-client-15 curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin saltbitter \
 && touch /var/log/app.log && chown saltbitter /var/log/app.log
COPY --from=build /src/build/bin/saltbitter /app/bin/saltbitter
COPY deploy/alembic.ini /app/backend/alembic.ini
COPY db/revisions /app/backend/versions
RUN ln -s saltbitter /app/bin/alembic
ENV PATH=/app/bin:/usr/local/bin:/usr/bin:/bin HOST=0.0.0.0 PORT=8000
ARG VERSION=dev
ENV SALTBITTER_VERSION=${VERSION}
WORKDIR /app/backend
USER saltbitter
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8000/health"]
CMD ["saltbitter", "serve"]
