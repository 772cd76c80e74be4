"""The last step before a notice leaves: its secret parts are filled in."""

from dataclasses import dataclass, replace

from backend.booking.notices.rendering import count_parts, fill, render
from backend.booking.notices.templates import LINK
from backend.booking.notices.texts import TEMPLATES
from backend.database import JsonObject
from backend.errors import Language
from backend.outbox import SECRET, Channel, DeliveryFailed, Outgoing, Provider

FOLLOW_PAGE = "/theo-doi/"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeProvider:
    """Gives `provider` the whole text. `public_url`: where the public reaches the pages."""

    provider: Provider
    public_url: str

    def send(self, message: Outgoing) -> None:
        """Messages of layers below carry facts alone and get their text here."""
        if message.channel is not Channel.SMS and "text" not in message.content:
            self.provider.send(message)
            return
        content = self._whole(message)
        self.provider.send(replace(message, content=message.content | content))

    def _whole(self, message: Outgoing) -> JsonObject:
        content = message.content
        secrets = {
            name.removeprefix(SECRET): str(value)
            for name, value in content.items()
            if name.startswith(SECRET)
        }
        if LINK in secrets:
            secrets[LINK] = self.public_url.rstrip("/") + FOLLOW_PAGE + secrets[LINK]
        language: Language = "en" if content.get("language") == "en" else "vi"
        text = fill(content.get("text") or _text_of(message, language), secrets)
        return {"text": text, "language": language, "segments": count_parts(text)}


def _text_of(message: Outgoing, language: Language) -> str:
    template = TEMPLATES.get(message.template)
    if template is None:
        raise DeliveryFailed(f"no text for {message.template}", permanent=True)
    try:
        return render(template, {name: message.content[name] for name in template.facts}, language)
    except KeyError as missing:
        raise DeliveryFailed(f"{message.template} lacks {missing}", permanent=True) from None
