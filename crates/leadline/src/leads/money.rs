//! Money: whole ten-thousandths of a currency's unit, and the currencies there are.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

/// An amount in ten-thousandths. In JSON it is a number, and may be sent as a decimal string too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(pub i64);

/// An ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(&'static str);

const UNIT: i64 = 10_000;

/// A million millions either way: sums over many leads stay far from the end of the number range.
const LARGEST: i64 = 1_000_000_000_000 * UNIT;

/// Below this, the nearest binary fraction prints as exactly the decimal it stands for.
const EXACT_AS_FRACTION: i64 = 1_000_000_000_000_000;

impl Amount {
    /// Reads `1250`, `-3.5`, `1.2e3`. Nothing, where it is no number, has more than four decimals, or is too large.
    pub fn parse(text: &str) -> Option<Amount> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() && fraction.is_empty() || !numeric(whole) || !numeric(fraction) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let all = all.trim_start_matches('0');
        let trimmed = all.trim_end_matches('0');
        if trimmed.is_empty() {
            return Some(Amount(0));
        }
        // The value is `trimmed` times ten to the power of `scale`, in ten-thousandths.
        let dropped = i32::try_from(all.len() - trimmed.len()).ok()?;
        let scale = exponent
            .checked_sub(i32::try_from(fraction.len()).ok()?)?
            .checked_add(dropped)?
            .checked_add(4)?;
        let power = 10_i64.checked_pow(u32::try_from(scale).ok()?)?;
        let amount = trimmed.parse::<i64>().ok()?.checked_mul(power)?;
        (amount <= LARGEST).then_some(Amount(if negative { -amount } else { amount }))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let all = self.0.unsigned_abs();
        let (whole, rest) = (all / UNIT.unsigned_abs(), all % UNIT.unsigned_abs());
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let fraction = format!("{rest:04}");
        write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

impl Serialize for Amount {
    #[expect(
        clippy::cast_precision_loss,
        reason = "only amounts that a binary fraction can show are shown by one"
    )]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % UNIT == 0 {
            serializer.serialize_i64(self.0 / UNIT)
        } else if self.0.abs() < EXACT_AS_FRACTION {
            serializer.serialize_f64(self.0 as f64 / UNIT as f64)
        } else {
            let text =
                RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
            text.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    /// From the text of the number, so that no binary fraction stands between it and the amount.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = raw.get();
        let text = text
            .strip_prefix('"')
            .and_then(|it| it.strip_suffix('"'))
            .unwrap_or(text)
            .trim();
        Amount::parse(text).ok_or_else(|| {
            de::Error::custom("must be a number, or a decimal in a string, with at most four decimals and 12 digits before them")
        })
    }
}

impl utoipa::PartialSchema for Amount {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::OneOfBuilder::new()
            .item(utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::Number))
            .item(utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::Type::String))
            .description(Some(
                "A number, or a decimal in a string; at most four decimals",
            ))
            .into()
    }
}

impl utoipa::ToSchema for Amount {}

impl Currency {
    pub fn parse(code: &str) -> Option<Currency> {
        let upper = code.trim().to_ascii_uppercase();
        CODES
            .binary_search(&upper.as_str())
            .ok()
            .map(|at| Currency(CODES[at]))
    }

    pub fn code(self) -> &'static str {
        self.0
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(deserializer)?;
        Currency::parse(&code)
            .ok_or_else(|| de::Error::custom("must be a currency's ISO 4217 code, such as \"EUR\""))
    }
}

impl utoipa::PartialSchema for Currency {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .description(Some("ISO 4217 code"))
            .examples(["EUR"])
            .into()
    }
}

impl utoipa::ToSchema for Currency {}

#[rustfmt::skip]
const CODES: [&str; 159] = [
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLF", "CLP", "CNY", "COP",
    "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL",
    "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK",
    "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
    "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON",
    "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC",
    "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS",
    "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XDR", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, amount) in [
            ("0", 0),
            ("-0.0", 0),
            ("1250", 12_500_000),
            ("0.1", 1_000),
            ("-3.5", -35_000),
            (".25", 2_500),
            ("1.2e3", 12_000_000),
            ("1200E-3", 12_000),
            ("1.50000", 15_000),
            ("123456789012.3456", 1_234_567_890_123_456),
            ("1000000000000", LARGEST),
        ] {
            assert_eq!(Amount::parse(text), Some(Amount(amount)), "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1,5",
            "0x1",
            "1.00001",
            "1000000000000.1",
            "1e400",
            "1e-400",
            "NaN",
            "true",
            "--1",
            "1e",
        ] {
            assert_eq!(Amount::parse(text), None, "{text}");
        }
    }

    #[test]
    fn amounts_go_through_json_unchanged() {
        for text in [
            "0",
            "1250",
            "0.1",
            "-3.5",
            "99999999999.9999",
            "123456789012.3456",
            "0.0001",
        ] {
            let amount: Amount = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&amount).unwrap(), text);
            assert_eq!(
                serde_json::from_str::<Amount>(&format!("\"{text}\"")).unwrap(),
                amount
            );
        }
        for text in ["\"12 EUR\"", "true", "[]", "1.23456"] {
            assert!(serde_json::from_str::<Amount>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn currencies_are_those_of_the_list() {
        assert!(CODES.is_sorted());
        assert_eq!(Currency::parse(" eur").map(Currency::code), Some("EUR"));
        assert_eq!(Currency::parse("EURO"), None);
    }
}
