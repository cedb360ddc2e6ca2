# A small image with nothing but the static binary:
#   docker build -t copydesk .
#   docker run --rm --network none -v "$PWD:/work:ro" copydesk check /work
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin copydesk

FROM scratch
COPY --from=build /src/target/release/copydesk /copydesk
COPY LICENSE-MIT LICENSE-APACHE data/LICENSES.md /licenses/
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/copydesk"]
CMD ["--help"]
