# docker build -t javert . && docker run --rm -v "$PWD:/site" javert check
FROM rust:1.95-slim-bookworm AS build
WORKDIR /javert
COPY . .
RUN cargo build --release --locked --bin javert

FROM debian:bookworm-slim
# git for --since and --staged, certificates for --external
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/* \
  && git config --system --add safe.directory /site
COPY --from=build /javert/target/release/javert /usr/local/bin/javert
WORKDIR /site
CMD ["javert", "check"]
