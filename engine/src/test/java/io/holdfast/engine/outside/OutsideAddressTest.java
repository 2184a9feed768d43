package io.holdfast.engine.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutsideAddressTest {
  private static final List<String> PREFIXES = List.of("https://store/images/", "https://b/");

  @Test
  void whatMayBeASecretIsNotShown() {
    OutsideAddress signed = new OutsideAddress("https://b/a%20b?X-Signature=se@cret#and");
    assertThat(signed.shown()).isEqualTo("https://b/a%20b");
    assertThat(signed.namesUser()).isFalse();
    OutsideAddress named = new OutsideAddress("https://me:p@ss@b:8080/a@c?d");
    assertThat(named.shown()).isEqualTo("https://b:8080/a@c");
    assertThat(named.namesUser()).isTrue();
    assertThat(new OutsideAddress("no address ? at all").shown()).isEqualTo("no address ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://store/images/a.qcow2",
        "https://store/images/..a/b..c/.hidden?at=../%2e%2e/",
        "https://store/images//a%20b",
        "https://b/",
      })
  void whatBeginsWithAPrefixIsAmongThem(String address) {
    assertThat(new OutsideAddress(address).isAmong(PREFIXES)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://store/images",
        "http://store/images/a",
        "https://b@evil/",
        "https://b.evil/",
        "https://store/images/../admin",
        "https://store/images/a/..",
        "https://store/images/./a",
        "https://store/images/..;x=1/admin",
        "https://store/images/%2e%2e/admin",
        "https://store/images/.%2E/admin",
        "https://store/images/..%2fadmin",
        "https://store/images/..%5Cadmin",
        "https://store/images/..\\admin",
        "https://store/images/%252e%252e/admin",
        "https://store/images/a b",
        "",
      })
  void whatCouldBeAnotherPathIsNot(String address) {
    assertThat(new OutsideAddress(address).isAmong(PREFIXES)).isFalse();
  }
}
