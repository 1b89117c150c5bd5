#!/bin/bash -eu
# Builds every target, with what it starts from and the old crashes as seeds, and the dictionary beside it.
cargo fuzz build -O
env -u RUSTFLAGS cargo run --manifest-path fuzz/Cargo.toml --example seeds -- cases
for target in $(cargo fuzz list); do
    cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
    for folder in "cases/$target" "fuzz/seeds/$target" "fuzz/regressions/$target"; do
        [ ! -d "$folder" ] || zip -q -r "$OUT/${target}_seed_corpus.zip" "$folder"
    done
    cp fuzz/dictionary "$OUT/$target.dict"
done
