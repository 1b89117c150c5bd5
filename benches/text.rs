//! Speed on labelled text: `cargo bench -p turnwise-benches --bench text`, with `-- --quick` for a first look.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use turnwise_benches::{SUBJECTS, transcript};

fn text(criterion: &mut Criterion) {
    for (size, bytes) in [("100 KB", 100_000), ("10 MB", 10_000_000)] {
        let input = transcript(bytes);
        let mut group = criterion.benchmark_group(size);
        group.throughput(Throughput::Bytes(input.len() as u64));
        for (name, run) in SUBJECTS {
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter(|| run(black_box(&input)));
            });
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = text
}
criterion_main!(benches);
