package io.holdfast.engine.evidence;

import io.holdfast.engine.recovery.RunRecord.RecoveredInstance;
import io.holdfast.engine.recovery.RunRecord.Screen;

/** A guest's screen in a report's page; the picture is part of the page. */
final class ScreenSection {
  private ScreenSection() {}

  /** Nothing when nobody looked. */
  static String of(RecoveredInstance one) {
    Screen screen = one.screen();
    if (screen == null) {
      return "";
    }
    if (screen.png() == null) {
      return "<p class=\"unseen\">No picture of the screen: %s</p>"
          .formatted(ReportPage.text(String.valueOf(screen.missing())));
    }
    return """
        <details open><summary>Screen</summary><figure>
        <img alt="what the screen of %s showed" src="data:image/png;base64,%s">
        <figcaption>SHA-256 <code>%s</code></figcaption></figure></details>"""
        .formatted(ReportPage.text(one.name()), screen.png(), screen.sha256());
  }
}
