"""Which environment variables each hosted provider needs, and how they are passed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["ADDRESSES", "HOSTED", "OPEN", "Needs", "credentials", "key_variables", "secrets_of", "sendable"]

# litellm's arguments that say where a question goes.
ADDRESSES = ("api_base", "aws_bedrock_runtime_endpoint", "sagemaker_base_url")
# litellm's arguments that are no secrets, so that messages may name them.
OPEN = {
    *ADDRESSES,
    "api_version",
    "aws_profile_name",
    "aws_region_name",
    "vertex_location",
    "vertex_project",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The variables one provider needs."""

    required: Mapping[str, tuple[str, ...]]
    """litellm's argument to the variables that may hold it, first one wins."""
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same, when set."""
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """An optional argument to the required ones it makes unnecessary: another way of signing in."""

    @property
    def variables(self) -> tuple[str, ...]:
        """Return every variable that is read, required ones first."""
        return tuple(dict.fromkeys(each for part in (self.required, self.optional) for names in part.values() for each in names))


def _key(*variables: str, base: tuple[str, ...] = ()) -> Needs:
    return Needs(required={"api_key": variables}, optional={"api_base": base} if base else {})


def _aws(**optional: tuple[str, ...]) -> Needs:
    keys = ("aws_access_key_id", "aws_secret_access_key")
    token = {"api_key": keys} if "api_key" in optional else {}
    return Needs(
        required={
            "aws_access_key_id": ("AWS_ACCESS_KEY_ID",),
            "aws_secret_access_key": ("AWS_SECRET_ACCESS_KEY",),
            "aws_region_name": ("AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"),
        },
        optional={"aws_session_token": ("AWS_SESSION_TOKEN",), "aws_profile_name": ("AWS_PROFILE",), **optional},
        instead={"aws_profile_name": (*keys, "aws_region_name"), **token},
    )


_BEDROCK = _aws(
    api_key=("AWS_BEARER_TOKEN_BEDROCK",), aws_bedrock_runtime_endpoint=("AWS_BEDROCK_RUNTIME_ENDPOINT", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME")
)
_SAGEMAKER = _aws(sagemaker_base_url=("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME",))
_COHERE = _key("COHERE_API_KEY", "CO_API_KEY", base=("COHERE_API_BASE",))

# litellm's prefix -> what it needs (facts: its validate_environment, checked by hand).
HOSTED: dict[str, Needs] = {
    "openai": _key("OPENAI_API_KEY", base=("OPENAI_BASE_URL", "OPENAI_API_BASE")),
    "azure": Needs(
        required={
            "api_key": ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY"),
            "api_base": ("AZURE_API_BASE",),
            "api_version": ("AZURE_API_VERSION",),
        },
        optional={"azure_ad_token": ("AZURE_AD_TOKEN",)},
        instead={"azure_ad_token": ("api_key",)},
    ),
    "anthropic": _key("ANTHROPIC_API_KEY", base=("ANTHROPIC_BASE_URL", "ANTHROPIC_API_BASE")),
    "gemini": _key("GEMINI_API_KEY", "GOOGLE_API_KEY", base=("GEMINI_API_BASE",)),
    "vertex_ai": Needs(
        required={"vertex_project": ("VERTEXAI_PROJECT",), "vertex_location": ("VERTEXAI_LOCATION",)},
        optional={"vertex_credentials": ("GOOGLE_APPLICATION_CREDENTIALS",), "api_base": ("VERTEXAI_API_BASE",)},
    ),
    "bedrock": _BEDROCK,
    "sagemaker": _SAGEMAKER,
    "sagemaker_chat": _SAGEMAKER,
    "cohere": _COHERE,
    "cohere_chat": _COHERE,
    "mistral": _key("MISTRAL_API_KEY", base=("MISTRAL_API_BASE", "MISTRAL_AZURE_API_BASE")),
    "together_ai": _key("TOGETHERAI_API_KEY", "TOGETHER_API_KEY", base=("TOGETHER_AI_API_BASE",)),
    "replicate": _key("REPLICATE_API_KEY", "REPLICATE_API_TOKEN", base=("REPLICATE_API_BASE",)),
    "groq": _key("GROQ_API_KEY", base=("GROQ_API_BASE",)),
    "openrouter": _key("OPENROUTER_API_KEY", base=("OPENROUTER_API_BASE",)),
    "fireworks_ai": _key("FIREWORKS_AI_API_KEY", "FIREWORKS_API_KEY", base=("FIREWORKS_API_BASE",)),
    "deepseek": _key("DEEPSEEK_API_KEY", base=("DEEPSEEK_API_BASE",)),
    "xai": _key("XAI_API_KEY", base=("XAI_API_BASE",)),
    "perplexity": _key("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY", base=("PERPLEXITY_API_BASE",)),
    "huggingface": _key("HF_TOKEN", "HUGGINGFACE_API_KEY", base=("HF_API_BASE", "HUGGINGFACE_API_BASE")),
    "ollama_chat": Needs(required={"api_base": ("OLLAMA_API_BASE",)}, optional={"api_key": ("OLLAMA_API_KEY",)}),
    "hosted_vllm": Needs(required={"api_base": ("HOSTED_VLLM_API_BASE",)}, optional={"api_key": ("HOSTED_VLLM_API_KEY",)}),
}


def credentials(prefix: str, environment: Mapping[str, str], *, api_key_env: str | None) -> tuple[dict[str, str], str | None]:
    """Return litellm's arguments and None, or what there is and the name of the first variable that's missing."""
    needs, required = _wanted(prefix, api_key_env)
    found = {name: environment[each].strip() for name, each in key_variables(prefix, environment, api_key_env=api_key_env).items()}
    spared = {each for argument, instead in needs.instead.items() if argument in found for each in instead}
    missing = next((" or ".join(variables) for name, variables in required.items() if name not in found and name not in spared), None)
    return found, missing


def key_variables(prefix: str, environment: Mapping[str, str], *, api_key_env: str | None) -> dict[str, str]:
    """Return litellm's arguments that are known, each with the variable that holds it."""
    needs, required = _wanted(prefix, api_key_env)
    held = {name: _first(variables, environment) for name, variables in {**needs.optional, **required}.items()}
    return {name: variable for name, variable in held.items() if variable is not None}


def secrets_of(credentials: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values among litellm's arguments that nobody may see, longest first."""
    return tuple(sorted((value for name, value in credentials.items() if name not in OPEN), key=len, reverse=True))


def sendable(key: str) -> bool:
    """Tell whether a key can stand in an HTTP header; one that can't would come back in a library's error message."""
    return key.isascii() and key.isprintable()


def _wanted(prefix: str, api_key_env: str | None) -> tuple[Needs, Mapping[str, tuple[str, ...]]]:
    needs = HOSTED.get(prefix, Needs(required={}))
    return needs, dict(needs.required) if api_key_env is None else {**needs.required, "api_key": (api_key_env,)}


def _first(variables: tuple[str, ...], environment: Mapping[str, str]) -> str | None:
    return next((each for each in variables if environment.get(each, "").strip()), None)
