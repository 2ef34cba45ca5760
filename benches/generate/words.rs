//! Words, and the dice that choose them.

/// A xorshift generator: the same numbers for the same seed, on every machine.
pub(super) struct Random(u64);

impl Random {
    /// Seeds that are neighbours give unlike numbers.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) % end as u64) as usize
    }
}

/// What a page is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Japanese,
    English,
}

impl Language {
    /// The folder of its pages.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Japanese => "ja",
            Self::English => "en",
        }
    }

    /// A short name for something, always the same for the same number.
    pub(super) fn title(self, number: usize) -> String {
        let pick = |words: &[&'static str], stride: usize| words[number / stride % words.len()];
        match self {
            Self::Japanese => {
                format!(
                    "{}{}{}",
                    pick(&THINGS, 1),
                    pick(&["を", "の一覧を", "の設定を"], 11),
                    pick(&ACTIONS, 5)
                )
            }
            Self::English => format!("{} the {}", pick(&VERBS, 7), pick(&NOUNS, 1)),
        }
    }

    /// A sentence, sometimes with emphasis, code or a text macro.
    pub(super) fn sentence(self, random: &mut Random) -> String {
        let first = self.title(random.below(4999));
        let second = self.title(random.below(4999));
        match (self, random.below(8)) {
            (Self::Japanese, 0) => {
                format!("{{{{%slash%}}}}の管理者は、{first}ことも、{second}こともできます。")
            }
            (Self::Japanese, 1) => format!("**重要**：{first}前に、`config.{second}`を確認してください。"),
            (Self::Japanese, 2) => format!("［{first}］をクリックし、{second}画面を開きます。"),
            (Self::Japanese, _) => format!("{first}ときは、あらかじめ{second}必要があります。"),
            (Self::English, 0) => format!("Administrators of {{{{%slash%}}}} can _{first}_ and {second}."),
            (Self::English, 1) => format!("**Important**: {first} before you run `config {second}`."),
            (Self::English, 2) => {
                format!("Click **{first}**, and wait until the window is open to {second}.")
            }
            (Self::English, _) => format!("When you {first}, you don't have to {second} again."),
        }
    }

    /// A sentence around a link.
    pub(super) fn see(self, link: &str) -> String {
        match self {
            Self::Japanese => format!("詳細は、{link}を参照してください。"),
            Self::English => format!("For more, see {link}."),
        }
    }
}

const THINGS: [&str; 17] = [
    "ユーザー",
    "組織",
    "グループ",
    "パスワード",
    "通知",
    "ファイル",
    "予定",
    "掲示板",
    "証明書",
    "ドメイン",
    "アクセス権",
    "操作の記録",
    "メール",
    "添付の画像",
    "集計表",
    "検索条件",
    "プラグイン",
];
const ACTIONS: [&str; 7] =
    ["追加する", "変更する", "削除する", "確認する", "検索する", "共有する", "読み込む"];
const VERBS: [&str; 7] = ["add", "change", "delete", "check", "search", "share", "import"];
const NOUNS: [&str; 13] = [
    "users",
    "departments",
    "groups",
    "passwords",
    "notifications",
    "files",
    "schedules",
    "boards",
    "certificates",
    "domains",
    "permissions",
    "audit logs",
    "plug-ins",
];
