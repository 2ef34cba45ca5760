//! From a [`Value`] to the types of the program, with a place for every mistake.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer, StringDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{Data, Entry, Mistake, Value};
use crate::{rules::nearest, source::Span};

/// Reads a value as a type of the program.
///
/// # Errors
/// The first mistake, where it stands.
pub fn read<'v, T: Deserialize<'v>>(value: &'v Value) -> Result<T, Mistake> {
    T::deserialize(Place(value)).map_err(|error| Mistake {
        span: error.span.unwrap_or(value.span),
        message: error.message,
        duplicate_of: None,
    })
}

/// A mistake, and where it stands as soon as somebody knows.
#[derive(Debug)]
struct Error {
    message: String,
    span: Option<Span>,
}

impl Error {
    fn at(self, span: Span) -> Self {
        Self { span: self.span.or(Some(span)), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), span: None }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let hint = match (nearest(field, expected.iter().copied()), expected) {
            (Some(near), _) => format!("; did you mean `{near}`?"),
            (None, []) => ": none is expected".to_owned(),
            (None, _) => format!(": expected `{}`", expected.join("`, `")),
        };
        Self::custom(format!("unknown key `{field}`{hint}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let near = nearest(variant, expected.iter().copied());
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Self::custom(format!("unknown value `{variant}`: expected `{}`{hint}", expected.join("`, `")))
    }
}

/// A value on its way.
#[derive(Clone, Copy)]
struct Place<'v>(&'v Value);

/// A key on its way.
#[derive(Clone, Copy)]
struct Key<'v>(&'v Entry);

impl<'de> IntoDeserializer<'de, Error> for Place<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> IntoDeserializer<'de, Error> for Key<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(&self.0.key).map_err(|error: Error| error.at(self.0.key_span))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> Deserializer<'de> for Place<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match &self.0.data {
            Data::Null => visitor.visit_unit(),
            Data::Bool(flag) => visitor.visit_bool(*flag),
            Data::Int(number) => visitor.visit_i64(*number),
            Data::Float(number) => visitor.visit_f64(*number),
            Data::String(text) => visitor.visit_borrowed_str(text),
            Data::List(items) => SeqDeserializer::new(items.iter().map(Place)).deserialize_any(visitor),
            Data::Map(entries) => {
                let pairs = entries.iter().map(|entry| (Key(entry), Place(&entry.value)));
                MapDeserializer::new(pairs).deserialize_any(visitor)
            }
        };
        result.map_err(|error: Error| error.at(self.0.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.data == Data::Null { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let text = self.0.as_str().unwrap_or_default().to_owned();
        let name: StringDeserializer<Error> = text.into_deserializer();
        visitor.visit_enum(name).map_err(|error| error.at(self.0.span))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Format, parse};

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    struct Options {
        #[serde(default)]
        min_words: Option<u8>,
        #[serde(default)]
        words: Vec<String>,
        #[serde(default)]
        when: When,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "kebab-case")]
    enum When {
        #[default]
        Always,
        Never,
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (value, _) = parse(Format::Toml, text, Span::new(0, text.len()));
        let said = match read::<Options>(&value) {
            Ok(options) => format!("{:?} {:?} {:?}", options.min_words, options.words, options.when),
            Err(mistake) => format!("{}: {}", &text[mistake.span.range()], mistake.message),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn values_become_types_and_mistakes_have_their_place() {
        check("min-words = 3\nwords = [\"a\", \"b\"]\nwhen = \"never\"", "Some(3) [\"a\", \"b\"] Never");
        check("", "None [] Always");
        check("wrds = []", "wrds: unknown key `wrds`; did you mean `words`?");
        check("words = [\"a\", 7]", "7: invalid type: integer `7`, expected a string");
        check("words = \"a\"", "\"a\": invalid type: string \"a\", expected a sequence");
        check("min-words = 300", "300: invalid value: integer `300`, expected u8");
        check(
            "when = \"nevr\"",
            "\"nevr\": unknown value `nevr`: expected `always`, `never`; did you mean `never`?",
        );
    }
}
