//! Speed on JSON: `cargo bench -p turnwise-benches --bench json`, with `-- --quick` for a first look.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use turnwise_benches::json::{SUBJECTS, payload};

fn json(criterion: &mut Criterion) {
    for (size, bytes) in [("JSON, 10 KB", 10_000), ("JSON, 1 MB", 1_000_000)] {
        let input = payload(bytes);
        let mut group = criterion.benchmark_group(size);
        group.throughput(Throughput::Bytes(input.len() as u64));
        for (name, run) in SUBJECTS {
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter(|| run(black_box(input.as_bytes())));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = json
}
criterion_main!(benches);
