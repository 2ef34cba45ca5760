//! Conditions on readers, in shortcodes and in layouts.

use super::{
    Guard, GuardArguments, PageGuard, PageText, Param, Partials, Selector, page_guard, tests::summary,
};

#[test]
fn guards_are_recognised_with_their_polarity() {
    let base = Guard {
        selector: Selector::SiteParam(vec!["Region".to_owned()]),
        arguments: GuardArguments::All,
        separator: None,
        shows: true,
        ignores_case: false,
        substring: false,
    };
    let first = || GuardArguments::Listed(vec![Param::Positional(0)]);
    let comma = || Some(",".to_owned());
    let ids = || Selector::PageParam(vec!["ids".to_owned()]);
    let text = || PageText::Param(vec!["ids".to_owned()]);
    for (text, guard) in [
        ("{{ if in .Params $.Site.Params.Region }}{{ .Inner }}{{ end }}", base.clone()),
        (
            "{{ if in .Params site.Params.Region }}\n{{ else }}{{ .Inner | markdownify }}{{ end }}",
            Guard { shows: false, ..base.clone() },
        ),
        (
            "{{ if not (in .Params site.Params.Region) }}{{ .Inner }}{{ end }}",
            Guard { shows: false, ..base.clone() },
        ),
        (
            "{{ $r := site.Params.Region }}{{ with .Inner }}{{ if in $.Params $r }}{{ . }}{{ end }}{{ end }}",
            base.clone(),
        ),
        (
            "{{ if eq (.Get 0) site.Params.Region }}{{ .Inner }}{{ end }}",
            Guard { arguments: first(), ..base.clone() },
        ),
        (
            "{{ if ne (.Get 0) site.Params.Region }}{{ .Inner }}{{ end }}",
            Guard { arguments: first(), shows: false, ..base.clone() },
        ),
        (
            r#"{{ if in (split (.Get 0) ",") site.Params.Region }}{{ .Inner }}{{ end }}"#,
            Guard { arguments: first(), separator: comma(), ..base.clone() },
        ),
        (
            "{{ if in (lower (.Get 0)) (lower site.Params.Region) }}{{ .Inner }}{{ end }}",
            Guard { arguments: first(), ignores_case: true, substring: true, ..base.clone() },
        ),
        (
            r#"{{ $hide := false }}{{ $ids := .Page.Params.ids }}{{ range split (.Get 0) "," }}{{ if in $ids (trim . " ") }}{{ $hide = true }}{{ end }}{{ end }}{{ if not $hide }}{{ .Inner }}{{ end }}"#,
            Guard { selector: ids(), arguments: first(), separator: comma(), shows: false, ..base.clone() },
        ),
        (
            r#"{{ $show := false }}{{ range .Params }}{{ if eq . $.Site.Params.Region }}{{ $show = true }}{{ end }}{{ end }}{{ if eq $show true }}{{ .Inner }}{{ end }}"#,
            base.clone(),
        ),
        (
            r#"{{ if eq (.Get "env") hugo.Environment }}{{ .Inner }}{{ end }}"#,
            Guard {
                selector: Selector::Environment,
                arguments: GuardArguments::Listed(vec![Param::Named("env".to_owned())]),
                ..base.clone()
            },
        ),
        (
            r#"{{ if eq .Page.Language.Lang (.Get 0) }}{{ .Inner }}{{ end }}"#,
            Guard { selector: Selector::Language, arguments: first(), ..base.clone() },
        ),
        (
            r#"{{ $v := .Page.Params.ids }}{{ $all := slice $v (print "x/" $v) }}{{ $list := .Get 0 | default "a,b" }}{{ $show := false }}{{ range (split $list ",") }}{{ if in $all (trim . " ") }}{{ $show = true }}{{ end }}{{ end }}{{ if $show }}{{ .Inner }}{{ end }}"#,
            Guard {
                selector: Selector::PageTexts(vec![
                    vec![text()],
                    vec![PageText::Literal("x/".to_owned()), text()],
                ]),
                arguments: first(),
                separator: comma(),
                ..base.clone()
            },
        ),
        (
            r#"{{ if eq (.Page.Param "ids") (.Get 0) }}{{ .Inner }}{{ end }}"#,
            Guard { selector: Selector::Param(vec!["ids".to_owned()]), arguments: first(), ..base.clone() },
        ),
        (
            "{{ $s := site.Params.Region }}{{ if or (eq (.Get 0) $s) (eq (.Get 1) $s) }}{{ .Inner }}{{ end }}",
            Guard {
                arguments: GuardArguments::Listed(vec![Param::Positional(0), Param::Positional(1)]),
                ..base
            },
        ),
    ] {
        assert_eq!(summary(text).guard, Some(guard), "{text}");
    }
}

#[test]
fn other_conditions_are_no_guards() {
    for text in [
        "{{ .Inner }}",
        "{{ if .Get 0 }}{{ .Inner }}{{ end }}",
        "{{ if eq (.Get 0) \"x\" }}{{ .Inner }}{{ end }}",
        "{{ if eq .Page.Kind (.Get 0) }}{{ .Inner }}{{ end }}",
        "{{ if site.Params.Region }}{{ .Inner }}{{ end }}",
        "{{ if in .Params site.Params.Region }}<b>{{ .Inner }}</b>{{ else }}{{ .Inner }}{{ end }}",
        "{{ if in .Params site.Params.Region }}x{{ end }}{{ .Inner }}",
    ] {
        assert_eq!(summary(text).guard, None, "{text}");
    }
}

#[test]
fn layouts_show_or_hide_pages() {
    let guard = |shows| PageGuard {
        key: vec!["disabled".to_owned()],
        selector: Selector::SiteParam(vec!["Region".to_owned()]),
        shows,
    };
    for (text, expected) in [
        (
            "{{ if in .Params.disabled $.Site.Params.Region }}<meta>{{ else }}{{ .Content }}{{ end }}",
            Some(guard(false)),
        ),
        (
            "{{ $r := site.Params.Region }}{{ if in .Params.disabled $r }}{{ block \"main\" . }}{{ end }}{{ end }}",
            Some(guard(true)),
        ),
        (
            "{{ if not (in .Params.disabled site.Params.Region) }}{{ partial \"p\" . }}{{ end }}",
            Some(guard(false)),
        ),
        ("<p>{{ if in .Params.disabled $.Site.Params.Region }}<meta>{{ else }}{{ .Content }}{{ end }}", None),
        (
            "{{ if in .Params.disabled $.Site.Params.Region }}{{ .Content }}{{ else }}{{ .Content }}{{ end }}",
            None,
        ),
        ("{{ if .Params.disabled }}<meta>{{ else }}{{ .Content }}{{ end }}", None),
        ("{{ .Content }}", None),
    ] {
        assert_eq!(page_guard(text, &Partials::default()), expected, "{text}");
    }
}
