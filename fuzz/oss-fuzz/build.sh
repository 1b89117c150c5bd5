#!/bin/bash -eu
# Builds every target, with the cases of testdata and the old crashes as seeds, and the dictionary beside it.
cargo fuzz build -O
zip -q -r seeds.zip testdata/*/ok testdata/*/err
for target in $(cargo fuzz list); do
    cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
    cp seeds.zip "$OUT/${target}_seed_corpus.zip"
    [ ! -d "fuzz/regressions/$target" ] || zip -q -r "$OUT/${target}_seed_corpus.zip" "fuzz/regressions/$target"
    cp fuzz/dictionary "$OUT/$target.dict"
done
