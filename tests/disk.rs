//! Files as they are read from disk.
#![expect(clippy::disallowed_methods, reason = "tests write files")]

use std::fs;

use javert::{disk::Directory, tree::Tree};

/// As many bytes are read at once.
const ROOM: usize = 64 << 10;

/// Writes a file of each of these bytes, and reads them one after the other into the same memory.
#[track_caller]
fn check(files: &[Vec<u8>]) {
    let root = tempfile::tempdir().expect("a temporary folder");
    for (number, bytes) in files.iter().enumerate() {
        fs::write(root.path().join(format!("{number}.md")), bytes).expect("a file");
    }
    let directory = Directory::open(root.path()).expect("a folder");
    for (number, bytes) in files.iter().enumerate() {
        let text = directory.read(&format!("{number}.md")).expect("a text");
        let size = bytes.len();
        assert!(text.text == String::from_utf8_lossy(bytes), "the text of {size} bytes");
        let invalid = std::str::from_utf8(bytes).err().map(|error| error.valid_up_to());
        assert_eq!(text.invalid, invalid, "of {size} bytes");
    }
}

/// `start`, then lines, then `end`: as many bytes in all.
fn filled(start: &[u8], size: usize, end: &[u8]) -> Vec<u8> {
    let lines = "これは設定です。\r\nA line\n".repeat(size / 16);
    let mut bytes = [start, lines.as_bytes()].concat();
    bytes.truncate(size - end.len());
    // No character is cut but where that is the case that is tested.
    if std::str::from_utf8(&bytes).is_err() {
        let at = bytes.iter().rposition(u8::is_ascii).expect("a line");
        bytes[at + 1..].fill(b'.');
    }
    bytes.extend_from_slice(end);
    bytes
}

#[test]
fn files_of_any_size_are_read_whole() {
    let sizes = [ROOM - 1, ROOM, ROOM + 1, 2 * ROOM - 1, 2 * ROOM, 2 * ROOM + 1, 16 * ROOM + 1];
    let mut files: Vec<Vec<u8>> = sizes.into_iter().map(|size| filled(b"", size, b"end\r\n")).collect();
    // Nothing of a larger file is left in a smaller one.
    files.push(Vec::new());
    files.push(b"small\r\n".to_vec());
    for bytes in &files {
        assert!(std::str::from_utf8(bytes).is_ok());
    }
    check(&files);
}

#[test]
fn a_byte_order_mark_and_what_is_no_utf_8_are_found_in_files_of_any_size() {
    let mark = b"\xEF\xBB\xBF---\r\ntitle: A\r\n---\r\n";
    let mut files = Vec::new();
    for size in [ROOM - 1, ROOM, ROOM + 1, 2 * ROOM, 3 * ROOM + 1] {
        files.push(filled(mark, size, b""));
        // At the very end, cut in the middle of a character, and in the middle of the file.
        files.push(filled(mark, size, b"\xFF"));
        files.push(filled(mark, size, b"\xE8\xA8"));
        let mut middle = filled(mark, size, b"");
        middle[size / 2] = 0xC0;
        files.push(middle);
    }
    // A character, and half of one, across the end of what is read at once.
    for end in [&b"\xE8\xA8\xAD rest"[..], b"\xE8\xA8 rest"] {
        files.push([filled(mark, ROOM - 1, b""), end.to_vec()].concat());
    }
    check(&files);
}

#[test]
fn packages_of_npm_are_read_where_the_site_takes_templates_from_them() {
    let root = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, text: &str| {
        let file = root.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    };
    for path in ["theme/layouts/all.html", "@of/theme/layouts/all.html", "tool/index.js"] {
        write(&format!("node_modules/{path}"), "");
    }
    for (config, expected) in [
        ("title = 'A'", &["hugo.toml"][..]),
        (
            "themesDir = 'node_modules'",
            &["hugo.toml", "node_modules/@of/theme/layouts/all.html", "node_modules/theme/layouts/all.html"],
        ),
    ] {
        write("hugo.toml", config);
        assert_eq!(Directory::open(root.path()).expect("a folder").paths(), expected);
    }
}

/// What is read from outside of the site `repository/site`, of these files of the repository.
#[track_caller]
fn check_outside(files: &[(&str, &str)], expected: &[&str]) {
    let root = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = root.path().join("repository").join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let directory = Directory::open(&root.path().join("repository/site")).expect("a folder");
    let paths: Vec<&str> =
        directory.paths().iter().map(String::as_str).filter(|path| path.starts_with("..")).collect();
    assert_eq!(paths, expected, "{files:?}");
}

#[test]
fn a_theme_is_read_that_the_site_lies_in() {
    let theme = [
        ("theme.toml", ""),
        ("layouts/single.html", ""),
        ("public/index.html", ""),
        (".gitignore", ""),
        ("site/content/a.md", ""),
    ];
    let with = |name: &'static str, text: &'static str| [&theme[..], &[(name, text)]].concat();
    let read = ["../layouts/single.html", "../theme.toml"];
    check_outside(&with("site/hugo.toml", "theme = 'shown'"), &read);
    // It is in its place, there are several, or none is asked for.
    check_outside(
        &[&with("site/hugo.toml", "theme = 'shown'")[..], &[("site/themes/shown/a", "")]].concat(),
        &[],
    );
    check_outside(&with("site/hugo.toml", "theme = ['one', 'other']"), &[]);
    check_outside(&with("site/hugo.toml", "title = 'None'"), &[]);
    let module = ("go.mod", "module example.org/shown\n\ngo 1.21\n");
    let imports = ("site/hugo.toml", "[[module.imports]]\npath = 'example.org/shown'\n");
    check_outside(&[module, imports, ("layouts/single.html", "")], &["../go.mod", "../layouts/single.html"]);
    let replaced = ("site/go.mod", "module x\nreplace example.org/shown => ../theme\n");
    check_outside(&[imports, replaced, ("theme/layouts/single.html", "")], &["../theme/layouts/single.html"]);
    let beside = ("theme/theme.toml", "");
    check_outside(
        &[("site/hugo.toml", "theme = 'repository/theme'"), beside],
        &["../../repository/theme/theme.toml"],
    );
}

#[test]
fn mounts_from_outside_of_the_site_are_read() {
    let mounts = "
module:
  mounts:
    - {source: ../README.md, target: content/about.md}
    - {source: ../docs, target: content/docs}
    - {source: content, target: content}
";
    check_outside(
        &[("site/hugo.yaml", mounts), ("README.md", ""), ("docs/a/b.md", ""), ("other/a.md", "")],
        &["../README.md", "../docs/a/b.md"],
    );
}

#[test]
fn repositories_within_a_site_are_read_where_it_names_them() {
    let files = [
        ("hugo.toml", "[[module.mounts]]\nsource = 'modules/spec/docs'\ntarget = 'content/spec'\n"),
        ("content/a.md", ""),
        ("themes/t/.git", ""),
        ("themes/t/theme.toml", ""),
        ("modules/spec/.git", "gitdir: ../../.git/modules/spec\n"),
        ("modules/spec/docs/b.md", ""),
        ("modules/tools/.git", "gitdir: ../../.git/modules/tools\n"),
        ("modules/tools/docs/c.md", ""),
        ("modules/z.md", ""),
    ];
    let root = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let directory = Directory::open(root.path()).expect("a folder");
    let tree: &dyn Tree = &directory;
    let visible = |path: &&&str| !path.contains(".git");
    let paths: Vec<&str> = tree.paths().iter().map(String::as_str).collect();
    let own = ["content/a.md", "hugo.toml", "modules/spec/docs/b.md", "modules/z.md", "themes/t/theme.toml"];
    assert_eq!(paths.iter().filter(visible).copied().collect::<Vec<_>>(), own);
    assert!(tree.has("modules/tools/docs/c.md") && !tree.has("modules/tools/docs/d.md"));
    assert_eq!(tree.below("modules/tools/docs"), ["modules/tools/docs/c.md"]);
    let below: Vec<&str> = tree.below("modules").iter().map(String::as_str).collect();
    let all = ["modules/spec/docs/b.md", "modules/tools/docs/c.md", "modules/z.md"];
    assert_eq!(below.iter().filter(visible).copied().collect::<Vec<_>>(), all);
}
