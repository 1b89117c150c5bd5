//! Every layer beside what one would use instead, a group each, with criterion's statistics.
//!
//! ```sh
//! cargo bench -p turnwise-benches                        # all of them
//! cargo bench -p turnwise-benches -- --quick read/gemini # a first look at one
//! ```

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use turnwise_benches::layers;

fn all(criterion: &mut Criterion) {
    for layer in layers() {
        let mut group = criterion.benchmark_group(&layer.name);
        for &bytes in layer.sizes {
            group.throughput(Throughput::Bytes(bytes as u64));
            for subject in layer.subjects(bytes) {
                let id = BenchmarkId::new(subject.name, bytes);
                group.bench_function(id, |bencher| bencher.iter(|| subject.run()));
            }
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = all
}
criterion_main!(benches);
