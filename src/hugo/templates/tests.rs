use super::{
    hooks::{DestinationHook, HeadingHook},
    *,
};
use crate::hugo::version::Version;

pub(super) fn summary(text: &str) -> Summary {
    summarize(text, &Partials::default())
}

#[test]
fn inner_is_what_hugo_says() {
    for (text, inner) in [
        ("{{ .Inner }}", true),
        ("{{ $.Inner }}", true),
        ("{{ $c := . }}{{ $c.Inner }}", true),
        ("{{ .InnerDeindent }}", true),
        ("{{ $_ := .Inner }}", true),
        ("{{ if false }}{{ .Inner }}{{ end }}", true),
        ("{{ len .Inner }}", true),
        ("{{ if ((len .Inner)) }}{{ end }}", true),
        (r#"{{ partial "p" (dict "i" .Inner) }}"#, true),
        ("<!-- {{ .Inner }} -->", true),
        (r#"{{ define "t" }}{{ .Inner }}{{ end }}{{ template "t" . }}"#, true),
        (r#"{{ block "t" . }}{{ .Inner }}{{ end }}"#, true),
        ("{{ .Parent.Inner }}", true),
        ("{{ .Page.Inner }}", true),
        ("{{ .Foo.Inner.Bar }}", true),
        ("{{ with .Get 0 }}{{ else with .Inner }}{{ end }}", true),
        ("{{ (.).Inner }}", false),
        (r#"{{ index . "Inner" }}"#, false),
        (r#"{{ partial "p.html" . }}"#, false),
        ("{{/* .Inner */}}", false),
        (r#"{{ "x .Inner" }}"#, false),
        ("text .Inner", false),
        ("{{ .inner }}", false),
        (r#"{{ define "t" }}{{ .Inner }}{{ end }}"#, false),
        (r#"{{ define "t" }}x{{ end }}{{ template "t" .Inner }}"#, false),
        (r#"{{ with (templates.Defer (dict)) }}{{ .Inner }}{{ end }}"#, false),
        ("", false),
        ("{{ inner . }}", false),
    ] {
        assert_eq!(summary(text).inner, Some(inner), "{text}");
    }
}

#[test]
fn inner_is_printed_in_one_way_or_another() {
    for (text, inner_use) in [
        ("", InnerUse::None),
        ("<div>{{ .Inner }}</div>", InnerUse::Raw),
        (r#"{{ trim .Inner "\n" | safeHTML }}"#, InnerUse::Raw),
        (r#"{{ printf "%s" .Inner | markdownify }}"#, InnerUse::Markdown),
        ("{{ .Inner | .Page.RenderString }}", InnerUse::Markdown),
        (r#"{{ .Inner | $.Page.RenderString (dict "display" "block") }}"#, InnerUse::Markdown),
        (r#"{{ $x := .Inner }}{{ with $x }}{{ . | markdownify }}{{ end }}"#, InnerUse::Markdown),
        (r#"{{ highlight (trim .InnerDeindent "\n") "go" "" }}"#, InnerUse::Code),
        (r#"<a title="{{ .Inner }}">x</a>"#, InnerUse::Attribute),
        (r#"<a title="{{ .Inner }}">{{ .Inner }}</a>"#, InnerUse::Raw),
        (r#"<a title="{{ .Inner }}">{{ .Inner | markdownify }}</a>"#, InnerUse::Markdown),
        (r#"<b data-copy="{{ .Inner }}">{{ highlight .Inner "go" "" }}</b>"#, InnerUse::Code),
        ("{{ $_ := .Inner }}", InnerUse::Dropped),
        ("{{ if .Inner }}x{{ end }}<!-- {{ .Inner }} -->", InnerUse::Dropped),
        ("{{ .Inner }}{{ .Inner | markdownify }}", InnerUse::Mixed),
        (r#"{{ replaceRE "a" "b" .Inner }}"#, InnerUse::Unknown),
        (r#"{{ partial "gone" (dict "i" .Inner) }}"#, InnerUse::Unknown),
    ] {
        assert_eq!(summary(text).inner_use, inner_use, "{text}");
    }
}

#[test]
fn text_around_inner_is_known_unless_it_depends() {
    for (text, before, after) in [
        ("<div>\n{{ .Inner }}\n</div>", Some("<div>\n"), Some("\n</div>")),
        (r#"<div class="{{ .Get 0 }}">{{- .Inner -}} </div>"#, Some(r#"<div class="x">"#), Some("</div>")),
        (r#"<p{{ with .Get 0 }} id="{{ . }}"{{ end }}>{{ .Inner }}"#, Some(r#"<p id="x">"#), Some("")),
        ("a {{ if .Get 0 }}{{ .Inner }}{{ end }} b", Some("a "), Some(" b")),
        ("{{ if .Get 0 }}\n{{ end }}{{ .Inner }}!", None, Some("!")),
        ("{{ .Inner }}{{ .Inner }}", None, None),
    ] {
        let summary = summary(text);
        assert_eq!(summary.before_inner.as_deref(), before, "{text}");
        assert_eq!(summary.after_inner.as_deref(), after, "{text}");
    }
}

#[test]
fn version_1_counts_in_the_first_pipeline_only() {
    for (text, legacy) in [
        (r#"{{ $_hugo_config := `{ "version": 1 }` }}{{ .Inner }}"#, true),
        (r#"{{- $_hugo_config := "{\"version\": 1}" -}}"#, true),
        (r#"{{ $_hugo_config := `{ "version": 2 }` }}"#, false),
        (r#"{{ .Inner }}{{ $_hugo_config := `{ "version": 1 }` }}"#, false),
        (r#"{{ $config := `{ "version": 1 }` }}"#, false),
    ] {
        assert_eq!(summary(text).legacy, legacy, "{text}");
    }
}

/// Every argument with its roles: `src:ImageSource`, `0:LinkDestination(Derived)`.
fn roles(summary: &Summary) -> String {
    let param = |param: &Param| match param {
        Param::Named(name) => name.clone(),
        Param::Positional(position) => position.to_string(),
    };
    let mut all = Vec::new();
    for (name, roles) in &summary.parameters {
        if roles.is_empty() {
            all.push(param(name));
        }
        for (role, exactness) in roles {
            all.push(match exactness {
                Exactness::Exact => format!("{}:{role:?}", param(name)),
                _ => format!("{}:{role:?}({exactness:?})", param(name)),
            });
        }
    }
    all.join(" ")
}

#[test]
fn arguments_are_followed_to_where_they_are_printed() {
    for (text, expected) in [
        (r#"<img src="{{.Get "src" }}" alt="{{ .Get "alt" }}">"#, "alt:AltText src:ImageSource"),
        (r#"<a href="{{- .Get 0 | safeURL -}}">{{ .Get 1 }}</a>"#, "0:LinkDestination 1:Text"),
        ("<a href={{ .Params.url }}>", "url:LinkDestination"),
        ("<a href='{{ index .Params 0 }}'>", "0:LinkDestination"),
        (r#"<img src="{{ index .Params "s" }}">"#, "s:ImageSource"),
        (r#"{{ $s := or (.Get "s") (.Get 0) }}<iframe src="{{ $s }}">"#, "s:MediaSource 0:MediaSource"),
        (r#"{{ with .Get "s" }}<img src="{{ . }}">{{ else }}x{{ end }}"#, "s:ImageSource"),
        (r#"<img src="{{ with .Get "s" }}{{ . }}{{ else }}/x.png{{ end }}">"#, "s:ImageSource"),
        (r#"<img src="{{ .Get "s" | default "a" }}">"#, "s:ImageSource"),
        (r#"<img src="{{ printf "%s" ($.Get "s") }}">"#, "s:ImageSource"),
        (r#"<img src="{{ (urls.Parse (.Get "s")).String }}">"#, "s:ImageSource"),
        (r#"<img src="{{ .Get "s" | relURL }}">"#, "s:ImageSource(BaseUrl)"),
        (r#"<a href="{{ .Get "s" | relLangURL }}">"#, "s:LinkDestination(LanguageUrl)"),
        (r#"<img src="/img/{{ .Get "s" }}">"#, "s:ImageSource(Derived)"),
        (r#"<img src="{{ lower (.Get "s") }}">"#, "s:ImageSource(Derived)"),
        (r#"{{ $s := .Get 0 }}{{ $s = printf "/%s" $s }}<img src="{{ $s }}">"#, "0:ImageSource(Derived)"),
        (
            r#"{{ $s := print "https://x.org/" (.Get 0) }}<img src="{{ .Get "u" | default $s }}">"#,
            "u:ImageSource 0:ImageSource(Derived)",
        ),
        (
            r#"{{ $s := .Get 0 }}{{ if .Page }}{{ $s = print "x" }}{{ end }}<img src="{{ $s }}">"#,
            "0:ImageSource",
        ),
        (r#"<h2 id="{{ .Get "id" }}">{{ .Get "t" | markdownify }}</h2>"#, "id:Id t:Markdown"),
        (r#"<a name="{{ .Get 0 }}"></a>"#, "0:Id"),
        (r#"<a href="{{ ref . (.Get 0) }}">"#, "0:LinkDestination(Derived) 0:PageReference"),
        (
            r#"{{ with .Site.GetPage (.Get 0) }}<a href="{{ .RelPermalink }}">{{ end }}"#,
            "0:LinkDestination(Found) 0:PageLookup",
        ),
        (
            r#"{{ $r := .Page.Resources.GetMatch (.Get 0) }}<img src="{{ $r.RelPermalink }}">"#,
            "0:ImageSource(Found) 0:ResourceReference",
        ),
        (r#"[{{ .Get 0 }}]({{ .Get 1 }})"#, "0:Text 1:MarkdownLink"),
        (r#"![x]({{ .Get 0 }})"#, "0:MarkdownImage"),
        (r#"{{ printf "[%s](%s)" (.Get 0) (.Get 1) | markdownify }}"#, "0:Text 1:MarkdownLink"),
        (r#"{{ printf "<a href=%q>x</a>" (.Get 0) | safeHTML }}"#, "0:LinkDestination"),
        (r#"<div class="{{ .Get "class" }}" data-id="{{ .Get "x" }}">"#, "class x"),
        (r#"<script>f("{{ .Get 0 }}")</script><b>{{ .Get 1 }}</b>"#, "0 1:Text"),
        (r#"<!-- <a href="{{ .Get 0 }}"> -->"#, "0"),
        (r#"{{ if isset .Params "a" }}x{{ end }}"#, "a"),
        (
            r#"{{ define "t" }}<a href="{{ .url }}">{{ end }}{{ template "t" (dict "url" (.Get 0)) }}"#,
            "0:LinkDestination",
        ),
        (r#"{{ .Scratch.Set "u" (.Get 0) }}<a href="{{ .Scratch.Get "u" }}">"#, "0:LinkDestination"),
    ] {
        // Order by argument, then role, as the map has it.
        let mut expected: Vec<&str> = expected.split(' ').collect();
        let summary = summary(text);
        let found = roles(&summary);
        let mut found: Vec<&str> = found.split(' ').collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{text}");
        assert!(!summary.all_parameters && !summary.opaque, "{text}");
    }
}

#[test]
fn a_dynamic_key_may_be_any_argument() {
    for text in
        ["{{ range .Params }}{{ . }}{{ end }}", "{{ .Get $.Ordinal }}", r#"{{ delimit .Params "," }}"#]
    {
        assert!(summary(text).all_parameters, "{text}");
    }
    assert!(!summary(r#"{{ len .Params }}{{ if .IsNamedParams }}{{ .Get 0 }}{{ end }}"#).all_parameters);
}

#[test]
fn partials_are_followed_or_opaque() {
    let partials = Partials::new([
        ("partials/link.html", r#"<a href="{{ .url }}">{{ .text }}</a>"#),
        ("_partials/func/url", r#"{{ return . }}"#),
        ("partials/loop.html", r#"{{ partial "loop.html" . }}"#),
        ("partials/context.html", r#"<img src="{{ .Get "src" }}">{{ .Inner }}"#),
        ("partials/broken.html", "{{ if }}"),
    ]);
    for (text, expected, opaque) in [
        (r#"{{ partial "link" (dict "url" (.Get 0) "text" "x") }}"#, "0:LinkDestination", false),
        (
            r#"{{ partials.Include "link.html" (dict "url" .Params.u) | safeHTML }}"#,
            "u:LinkDestination",
            false,
        ),
        (r#"<a href="{{ partialCached "func/url" (.Get 0) 1 }}">"#, "0:LinkDestination", false),
        (r#"{{ partial "context.html" . }}"#, "src:ImageSource", false),
        (r#"{{ partial "loop.html" . }}"#, "", true),
        (r#"{{ partial "broken.html" . }}"#, "", true),
        (r#"{{ partial "gone.html" . }}"#, "", true),
        (r#"{{ partial (printf "%s" .Name) . }}"#, "", true),
        (r#"{{ partial "gone.html" (dict "x" (.Get 0)) }}"#, "0:Text(Derived)", false),
    ] {
        let summary = summarize(text, &partials);
        assert_eq!((roles(&summary).as_str(), summary.opaque), (expected, opaque), "{text}");
    }
}

#[test]
fn ids_links_headings_and_output_are_found() {
    let id = |before: &str, param: Option<Param>, after: &str| {
        BTreeSet::from([IdPattern { before: before.to_owned(), param, after: after.to_owned() }])
    };
    assert_eq!(summary(r#"<i id="top">"#).anchors, id("top", None, ""));
    assert_eq!(summary(r#"<i id="t-{{ .Get 0 }}-x">"#).anchors, id("t-", Some(Param::Positional(0)), "-x"));
    assert_eq!(
        summary(r#"<i id="{{ printf "t-%s" (.Get 0) }}">"#).anchors,
        id("t-", Some(Param::Positional(0)), "")
    );
    assert!(summary(r#"<i id="x{{ .Ordinal }}">"#).unknown_anchors);
    assert!(summary(r#"{{ (.Site.GetPage (.Get 0)).Content }}"#).transcludes);
    assert!(!summary(r#"{{ (resources.Get "a.svg").Content | safeHTML }}"#).unknown_anchors);

    let text = r#"<a href="/docs/"><img src="a.png">[x](/y)"#;
    let found = summary(text);
    let links: Vec<(&str, bool)> =
        found.links.iter().map(|link| (&text[link.span.range()], link.markdown)).collect();
    assert_eq!(links, [("/docs/", false), ("/y", true)]);
    assert_eq!(found.images[0].destination, "a.png");

    for (text, headings) in
        [("<h2>x</h2>", true), ("a\n## b", true), ("<h{{ .Get 0 }}>", true), ("a # b <hr>", false)]
    {
        assert_eq!(summary(text).headings, headings, "{text}");
    }
    let found =
        summary("## {{ T \"x\" }} {#learn}\n\n### Deep *thing*\n{{ range .Params }}## {{ . }}\n{{ end }}");
    assert!(found.unknown_headings);
    assert!(summary("{{ range site.Data.x }}\n{{ printf \"### %s\" .key }}\n{{ end }}").unknown_headings);
    assert!(!summary("{{ printf \"#%s and %s\" .key .y }}").unknown_headings);
    assert_eq!(found.heading_texts.iter().collect::<Vec<_>>(), ["Deep *thing*"]);
    assert_eq!(found.anchors.iter().map(|id| id.before.as_str()).collect::<Vec<_>>(), ["learn"]);
    assert!(summary("{{ $x := .Get 0 }}\n{{ .Page.Store.Set \"x\" $x }}").silent());
    let (path, text) = (|name: &str| vec![name.to_owned()], |text: &str| Piece::Literal(text.to_owned()));
    assert_eq!(
        summary("{{$.Site.Params.slash}}").output,
        Output::Pieces(vec![Piece::SiteParam(path("slash"))])
    );
    assert_eq!(
        summary("{{ site.Params.slash }}").output,
        Output::Pieces(vec![Piece::SiteParam(path("slash"))])
    );
    assert_eq!(summary("a{{ if .Get 0 }}x{{ end }}").output, Output::Pieces(vec![text("a"), Piece::Unknown]));
    let found = summary("{{ if in .Params site.Params.r }}a{{ .Inner }}{{ else }}b{{ end }}c");
    let printed = |pieces: &[Piece]| Some(pieces.to_vec());
    assert_eq!(found.branches, [printed(&[text("a"), Piece::Inner, text("c")]), printed(&[text("bc")])]);
}

#[test]
fn what_go_cannot_read_is_a_problem() {
    for (text, place, message) in [
        ("{{ if .A }}x", "", "unexpected end of file in if"),
        ("a{{ end }}", "end", "unexpected {{end}}"),
        ("{{ if }}x{{ end }}", "}}", "missing value for if"),
        ("{{ .A", "", "unclosed action"),
        ("{{ \"a }}", "\"a }}", "unterminated quoted string"),
        ("{{/* a }}", "{{/* a }}", "unclosed comment"),
        ("{{ (.A }}", "}}", "unclosed left paren"),
        ("{{ .A) }}", ")", "unexpected right paren"),
        ("{{ .A | 3 }}", "3", "non executable command in pipeline"),
        ("{{ a&b }}", "a", "bad character"),
        ("{{ if .A }}{{ else }}{{ else }}{{ end }}", "else", "expected end; found {{else}}"),
        ("{{ \"a\".B }}", ".B", "unexpected . after constant"),
    ] {
        let summary = summary(text);
        let (span, found) = summary.problem.unwrap();
        assert_eq!((&text[span.range()], found.as_str()), (place, message), "{text}");
        assert_eq!(summary.inner, None);
        assert!(summary.opaque && summary.all_parameters);
    }
}

#[test]
fn deep_and_wide_templates_end() {
    for (open, close) in [("(", ")"), ("{{ if . }}", "{{ end }}"), ("{{ with . }}{{ else }}", "{{ end }}")] {
        let text = open.repeat(10_000) + "." + &close.repeat(10_000);
        let text = if open == "(" { format!("{{{{ {text} }}}}") } else { text };
        assert_eq!(summary(&text).problem.unwrap().1, "nested too deeply");
    }
    let else_ifs = format!("{{{{ if .A }}}}{}{{{{ end }}}}", "{{ else if .B }}".repeat(10_000));
    assert!(summary(&else_ifs).problem.is_some());
    let doubling =
        format!("{{{{ $a := .Get 0 }}}}{}{{{{ $a }}}}", r#"{{ $a = printf "%s%s" $a $a }}"#.repeat(60));
    assert_eq!(roles(&summary(&doubling)), "0:Text(Derived)");
    let fan_out: Vec<(String, String)> = (0..7)
        .map(|n| (format!("partials/{n}"), format!(r#"{{{{ partial "{}" . }}}}"#, n + 1).repeat(20)))
        .collect();
    let partials = Partials::new(fan_out.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    assert!(summarize(r#"{{ partial "0" . }}"#, &partials).opaque);
}

#[test]
fn link_hooks_are_told_apart() {
    let none = Partials::default();
    let relative = hooks::Reach { relative: true, absolute: false };
    let absolute = hooks::Reach { relative: false, absolute: true };
    let both = hooks::Reach { relative: true, absolute: true };
    let verbatim = hooks::Resolution { verbatim: true, ..hooks::Resolution::default() };
    let resolving = r##"{{ $u := urls.Parse .Destination }}{{ $h := $u.String }}
        {{ if hasPrefix $h "#" }}{{ $h = printf "%s#%s" .PageInner.RelPermalink $u.Fragment }}
        {{ else if and $h (not $u.IsAbs) CONDITION }}{{ with .PageInner.GetPage (strings.TrimPrefix "./" $u.Path) }}
        {{ $h = .RelPermalink }}{{ with $u.Fragment }}{{ $h = printf "%s#%s" $h . }}{{ end }}{{ end }}{{ end }}
        <a href="{{ $h }}">{{ .Text }}</a>"##;
    let with = |condition: &str| resolving.replace("CONDITION", condition);
    let pages = |pages| DestinationHook::Resolves(hooks::Resolution { pages, fragments: true, ..verbatim });
    for (text, expected) in [
        (r#"<a href="{{ .Destination | safeURL }}">{{ .Text }}</a>"#.to_owned(), DestinationHook::Verbatim),
        (
            r#"{{ $a := dict "href" .Destination }}{{ $s := "" }}{{ range $k, $v := $a }}{{ $s = printf "%s %s=%q" $s $k $v }}{{ end }}<a{{ $s | safeHTMLAttr }}>x</a>"#.to_owned(),
            DestinationHook::Verbatim,
        ),
        (with(""), pages(both)),
        (with(r#"(hasPrefix $h "/")"#), pages(absolute)),
        (with(r#"(not (strings.HasPrefix $h "/"))"#), pages(relative)),
        (
            r#"<a href="{{ .Destination | relURL }}">"#.to_owned(),
            DestinationHook::Resolves(hooks::Resolution { base_url: true, ..hooks::Resolution::default() }),
        ),
        (
            r#"<a href="{{ relref .Page .Destination }}">"#.to_owned(),
            DestinationHook::Resolves(hooks::Resolution { references: both, ..hooks::Resolution::default() }),
        ),
        (
            r#"{{ $u := urls.Parse .Destination }}{{ $h := dict "href" $u.String }}{{ if eq $u.String "g" }}{{ $h = partial "x" . }}{{ end }}<a{{- with .Title }}title="{{ . }}"{{ end }} href="{{ $h.href }}">"#
                .to_owned(),
            DestinationHook::Except(vec!["g".to_owned()], Box::new(DestinationHook::Verbatim)),
        ),
        (r#"<a href="{{ replace .Destination ".md" "" }}">"#.to_owned(), DestinationHook::Unknown),
        (r#"<a href="/x{{ .Destination }}">"#.to_owned(), DestinationHook::Unknown),
        (r#"{{ partial "gone.html" . }}"#.to_owned(), DestinationHook::Unknown),
        ("{{ .Text }}".to_owned(), DestinationHook::Unknown),
        ("{{ if }}".to_owned(), DestinationHook::Unknown),
    ] {
        assert_eq!(hooks::link(&text, &none, &|_| None), expected, "{text}");
    }
    let image = r#"{{ $s := .Destination }}{{ with .Page.Resources.Get $s }}{{ $s = .RelPermalink }}{{ end }}<img src="{{ $s }}">"#;
    assert_eq!(
        hooks::image(image, &none, &|_| None),
        DestinationHook::Resolves(hooks::Resolution { page_resources: both, ..verbatim })
    );
}

#[test]
fn heading_hooks_are_told_apart() {
    let anchor = |before: &str, after: &str| HeadingHook::Anchor {
        before: before.to_owned(),
        after: after.to_owned(),
    };
    for (text, expected) in [
        (r#"<h{{ .Level }} id="{{ .Anchor | safeURL }}">{{ .Text }}</h{{ .Level }}>"#, anchor("", "")),
        (r#"<h2 {{ with .Anchor }}id="{{ . }}"{{ end }} class="x">{{ .Text }}</h2>"#, anchor("", "")),
        (r#"<h2 id="s-{{ .Anchor }}-e">{{ .Text }}</h2>"#, anchor("s-", "-e")),
        (
            r#"<h{{ .Level }}{{ range $k, $v := .Attributes }}{{ printf " %s=%q" $k $v | safeHTMLAttr }}{{ end }}>{{ .Text }}</h{{ .Level }}>"#,
            anchor("", ""),
        ),
        ("<h2>{{ .Text }}</h2>", HeadingHook::NoId),
        (r##"<h2><a id="{{ .Anchor | safeURL }}" href="#x">#</a>{{ .Text }}</h2>"##, anchor("", "")),
        (r#"<a name="{{ .Anchor }}"></a><h2 class="x">{{ .Text }}</h2>"#, anchor("", "")),
        (r#"<h2 id="{{ .Anchor }}">{{ .Text }}<i id="{{ .Anchor }}"></i></h2>"#, anchor("", "")),
        (
            r#"<h2 id="{{ .Anchor }}">{{ .Text }}{{ with .Title }}<i id="l-{{ $.Anchor }}"></i>{{ end }}</h2>"#,
            HeadingHook::Several(vec![anchor("", ""), anchor("l-", "")]),
        ),
        (r#"<h2><i id="{{ .Text | anchorize }}"></i>{{ .Text }}</h2>"#, HeadingHook::Unknown),
        (r#"<h2 id="{{ .Anchor }}">{{ .Text }}<i id="{{ now.Unix }}"></i></h2>"#, anchor("", "")),
        (r#"<h2 id="{{ .Text | urlize }}">"#, HeadingHook::Unknown),
        (r#"<h2 id="top">{{ .Text }}</h2>"#, HeadingHook::Fixed("top".to_owned())),
        (r#"{{ if .Text }}<h2 id="{{ .Anchor }}">{{ else }}<h2 id="x">{{ end }}"#, HeadingHook::Unknown),
        (r#"{{ partial "gone.html" . }}"#, HeadingHook::Unknown),
    ] {
        assert_eq!(hooks::heading(text, &Partials::default(), &|_| None), expected, "{text}");
    }
}

#[test]
fn paths_name_shortcodes() {
    let path = |path: &str, minor| {
        shortcode_name(path, Version::new(0, minor)).map(|found| {
            let section = found.section.map_or(String::new(), |section| format!("{section}:"));
            let kind = if found.plain_text { " text" } else { "" };
            let variant: String = found.variant.iter().map(|word| format!(" {word}")).collect();
            format!("{section}{}{variant}{kind}", found.name)
        })
    };
    for (file, new, old) in [
        ("shortcodes/a.html", Some("a"), Some("a")),
        ("_shortcodes/a.html", Some("a"), None),
        ("shortcodes/ns/A b.html", Some("ns/a-b"), Some("ns/A b")),
        ("_default/shortcodes/a.html", Some("a"), None),
        ("_default/_shortcodes/a.html", Some("a"), None),
        ("Docs/x/_shortcodes/a.html", Some("docs/x:a"), None),
        ("docs/shortcodes/a.html", None, None),
        ("shortcodes/a.en.amp.html", Some("a en amp"), Some("a en amp")),
        ("shortcodes/a.md", Some("a text"), Some("a text")),
        ("shortcodes/a.xml", Some("a"), Some("a")),
        ("shortcodes/a", Some("a"), Some("a")),
        ("shortcodes/.a.html", None, None),
        ("shortcodes/a.html~", None, None),
        ("partials/a.html", None, None),
    ] {
        assert_eq!(path(file, 168).as_deref(), new, "{file}");
        assert_eq!(path(file, 111).as_deref(), old, "{file}");
    }
}

#[test]
fn the_nearest_template_wins_and_variants_are_merged() {
    let layout = |path, text, module| Layout { path, text, module };
    let new =
        |files: &[Layout<'_>], minor| Shortcodes::new(files, &Partials::default(), Version::new(0, minor));
    let inner =
        |shortcodes: &Shortcodes, name: &str| shortcodes.get(name).map(|shortcode| shortcode.summary.inner);

    let files = [
        layout("_shortcodes/a.html", "", 1),
        layout("shortcodes/a.html", "{{ .Inner }}", 0),
        layout("shortcodes/b.html", "", 1),
        layout("_shortcodes/b.html", "{{ .Inner }}", 1),
        layout("shortcodes/C.html", "{{ .Inner }}", 0),
        layout("shortcodes/c.amp.html", "", 0),
        layout("docs/_shortcodes/d.html", "", 0),
        layout("shortcodes/figure.md", "{{ .Inner }}", 0),
        layout("shortcodes/highlight.html", "", 0),
    ];
    let shortcodes = new(&files, 168);
    for (name, expected) in [
        ("a", Some(Some(true))),
        ("B", Some(Some(true))),
        ("c", Some(None)),
        ("d", Some(Some(false))),
        ("figure", Some(None)),
        ("highlight", Some(Some(false))),
        ("details", Some(Some(true))),
        ("nope", None),
    ] {
        assert_eq!(inner(&shortcodes, name), expected, "{name}");
    }
    assert_eq!(shortcodes.get("d").unwrap().sections(), Some(BTreeSet::from(["docs"])));
    assert_eq!(shortcodes.get("a").unwrap().sections(), None);
    let old = new(&files, 111);
    assert_eq!((inner(&old, "c"), inner(&old, "C")), (Some(Some(false)), Some(Some(true))));
    assert_eq!((inner(&old, "details"), inner(&old, "b")), (None, Some(Some(false))));
}

#[test]
fn hugos_own_shortcodes_depend_on_the_version() {
    for (name, minor, expected) in [
        ("figure", 72, Some("src:ImageSource")),
        ("figure", 168, Some("src:ImageSource(Resource)")),
        ("ref", 72, Some("path:PageReference")),
        ("details", 139, None),
        ("details", 140, Some("summary:Markdown")),
        ("qr", 141, Some("id:Id")),
        ("speakerdeck", 72, None),
    ] {
        let found = embedded(name, Version::new(0, minor)).map(|summary| roles(&summary));
        match (found, expected) {
            (Some(found), Some(expected)) => {
                assert!(found.split(' ').any(|role| role == expected), "{name}: {found}")
            }
            (found, expected) => assert_eq!(found.as_deref(), expected, "{name} {minor}"),
        }
    }
    assert!(
        embedded::removed("gist", Version::new(0, 156)) && !embedded::removed("gist", Version::new(0, 155))
    );
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(words in proptest::collection::vec(proptest::sample::select(vec![
        "{{", "}}", "{{- ", " -}}", "(", ")", "|", ".", "$", "$a", ":=", "=", ",", " ", "\n", "if", "else", "end",
        "with", "range", "define", "template", "block", "\"x\"", "`", "\"", "'", "/*", "*/", ".Inner", ".Get", "0",
        "partial", "dict", "printf", "\"%s=%q\"", "<a href=\"", "\"", "<h", ">", "[x](", "é", "\u{a0}", "#", "safeHTML",
    ]), 0..60)) {
        let text = words.concat();
        let _ = (summary(&text), hooks::link(&text, &Partials::default(), &|_| None));
    }
}
