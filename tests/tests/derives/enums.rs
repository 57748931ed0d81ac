//! `#[derive(LabelEnum)]`

use metricset::{LabelEnum, LabelValue};

fn text(value: &impl LabelValue) -> String {
    value.with_str(str::to_owned)
}

#[test]
fn snake_case_by_default() {
    #[derive(Clone, Copy, Debug, PartialEq, LabelEnum)]
    enum Method {
        Get,
        HttpTwo,
        #[label(rename = "custom-verb/2")]
        Custom = 7,
    }

    assert_eq!(Method::VALUES, ["get", "http_two", "custom-verb/2"]);
    assert_eq!(Method::CLOSED, Some(Method::VALUES));
    for (place, method) in [Method::Get, Method::HttpTwo, Method::Custom]
        .into_iter()
        .enumerate()
    {
        assert_eq!(method.index(), place);
        assert_eq!(method.position(), place);
        assert_eq!(method.as_str(), Method::VALUES[place]);
        assert_eq!(text(&method), Method::VALUES[place]);
        assert_eq!(Method::from_value(method.as_str()), Some(method));
    }
    assert_eq!(Method::from_value("Get"), None);
}

#[test]
fn rules_of_serde() {
    macro_rules! values {
        ($rule:literal) => {{
            #[derive(Clone, Copy, LabelEnum)]
            #[label(rename_all = $rule)]
            #[allow(dead_code, reason = "only the values are looked at")]
            enum Value {
                Http,
                VeryTasty,
                #[label(rename = "Kept As-Is")]
                Renamed,
            }
            Value::VALUES
        }};
    }

    assert_eq!(values!("lowercase"), ["http", "verytasty", "Kept As-Is"]);
    assert_eq!(values!("UPPERCASE"), ["HTTP", "VERYTASTY", "Kept As-Is"]);
    assert_eq!(values!("PascalCase"), ["Http", "VeryTasty", "Kept As-Is"]);
    assert_eq!(values!("camelCase"), ["http", "veryTasty", "Kept As-Is"]);
    assert_eq!(values!("snake_case"), ["http", "very_tasty", "Kept As-Is"]);
    assert_eq!(
        values!("SCREAMING_SNAKE_CASE"),
        ["HTTP", "VERY_TASTY", "Kept As-Is"]
    );
    assert_eq!(values!("kebab-case"), ["http", "very-tasty", "Kept As-Is"]);
    assert_eq!(
        values!("SCREAMING-KEBAB-CASE"),
        ["HTTP", "VERY-TASTY", "Kept As-Is"]
    );
}

#[test]
fn a_variant_for_all_other_values() {
    #[derive(Clone, Copy, Debug, PartialEq, LabelEnum)]
    enum Transport {
        Quic,
        #[label(other, rename = "unknown")]
        Other,
    }

    assert_eq!(Transport::from_value("quic"), Some(Transport::Quic));
    assert_eq!(
        Transport::from_value("carrier pigeon"),
        Some(Transport::Other)
    );
    assert_eq!(Transport::from_value("unknown"), Some(Transport::Other));
    assert_eq!(Transport::VALUES, ["quic", "unknown"]);
}

#[test]
fn attributes_add_up() {
    #[derive(Clone, Copy, Debug, PartialEq, LabelEnum)]
    #[label(rename_all = "UPPERCASE")]
    #[label(crate = metricset)]
    enum Level {
        Low,
        #[label(other)]
        #[label(rename = "high")]
        High,
    }

    assert_eq!(Level::VALUES, ["LOW", "high"]);
    assert_eq!(Level::from_value("?"), Some(Level::High));
}
