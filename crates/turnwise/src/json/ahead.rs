//! Looking ahead in the object that comes next, without reading it.

use super::scan::{Kind, Scanner};

/// Whether it has a member of this name.
pub(crate) fn has_key(scan: &Scanner<'_>, name: &str) -> bool {
    has_member(scan, |key, _| key == name)
}

/// Whether it has a value of this kind under this name.
pub(crate) fn has(scan: &Scanner<'_>, name: &str, kind: Kind) -> bool {
    has_member(scan, |key, found| key == name && found == kind)
}

/// Whether it has a member that is one of those looked for, by its name and the kind of its value.
pub(crate) fn has_member(scan: &Scanner<'_>, is: impl Fn(&str, Kind) -> bool) -> bool {
    let mut scan = scan.probe();
    scan.open();
    while let Some(key) = scan.key() {
        if is(&key.name, scan.kind()) {
            return true;
        }
        scan.raw();
    }
    false
}
