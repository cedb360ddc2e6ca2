//! Files are written beside their place and renamed, so that nobody ever finds half of one.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// A file that appears at its place when it is complete.
pub struct Whole {
    temporary: NamedTempFile,
}

impl Whole {
    /// Starts a file that will stand at `path`.
    ///
    /// # Errors
    /// When its folder cannot be written to.
    pub fn create(path: &Path) -> io::Result<Self> {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Ok(Self { temporary: NamedTempFile::new_in(folder)? })
    }
    /// Puts it at `path`, with the permissions of what stood there or else those of any new file.
    ///
    /// # Errors
    /// When it cannot be written out or renamed; then `path` is as it was.
    pub fn finish(mut self, path: &Path) -> io::Result<()> {
        self.temporary.flush()?;
        // Through a symbolic link, not over it.
        let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match std::fs::metadata(path) {
            Ok(meta) => std::fs::set_permissions(self.temporary.path(), meta.permissions())?,
            Err(_) => open_to_others(self.temporary.path())?,
        }
        self.temporary.as_file().sync_all()?;
        self.temporary.persist(path).map_err(|e| e.error)?;
        Ok(())
    }
}

impl io::Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temporary.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.temporary.flush()
    }
}

/// Temporary files are private; the finished one is as readable as any.
#[cfg(unix)]
fn open_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Keeps other runs from changing a file between its being read and replaced; ends when dropped.
pub struct Lock(#[expect(dead_code, reason = "closing it ends the lock")] Option<File>);

/// Waits until no other run holds `path`.
///
/// The lock is a file in the folder for temporary files, so that nothing is left beside `path`. Where none can be made
/// the lock holds nobody off.
#[must_use]
pub fn lock(path: &Path) -> Lock {
    let whole = std::fs::canonicalize(path).or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    let user = ["USER", "USERNAME"].iter().find_map(std::env::var_os).unwrap_or_default();
    let name = format!("{}\u{1f}{}", whole.display(), user.display());
    let place = std::env::temp_dir().join(format!("copydesk-{:016x}.lock", xxhash_rust::xxh3::xxh3_64(name.as_bytes())));
    let file = File::options().create(true).append(true).open(place).ok();
    Lock(file.filter(|f| f.lock().is_ok()))
}

/// Replaces the file at `path` by `bytes`.
///
/// # Errors
/// When the folder cannot be written to; then `path` is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut whole = Whole::create(&std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))?;
    whole.write_all(bytes)?;
    whole.finish(path)
}
