"""Currencies by their ISO 4217 words, with the digits behind the point that each counts its money in."""

from shared.core.text import text

_WITHOUT_MINOR = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
_WORDS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF"
    " CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL"
    " HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD"
    " MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG"
    " QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD"
    " TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES: tuple[str, ...] = tuple(_WORDS.split())
DEFAULT_CURRENCY = "GHS"


def minor_digits(currency: str) -> int:
    """Return how many digits a currency's smallest unit takes: 2 for GHS, 0 for XOF, 3 for TND."""
    if currency in _WITHOUT_MINOR.split():
        return 0
    return 3 if currency in _WITH_THREE.split() else 2


def currency_error(currency: str) -> str | None:
    """Return the sentence for what is no currency, or None."""
    if currency in CURRENCIES:
        return None
    return text("{value} is not a currency. Use its three letters, like GHS or NGN.", value=currency)
