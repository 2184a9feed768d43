package io.holdfast.activities.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.activities.Examples;
import io.holdfast.activities.Golden;
import io.temporal.failure.ApplicationFailure;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkXmlTest {
  @Test
  void describesNetworks() throws Exception {
    Path folder = Path.of("/var/lib/hosts");
    Golden.check("network-nat.xml", NetworkXml.render(Examples.NAT, Examples.JOB, folder));
    Golden.check(
        "network-isolated.xml", NetworkXml.render(Examples.ISOLATED, Examples.JOB, folder));
  }

  @Test
  void keepsBridgesWithinTheKernelsLimit() {
    assertThat(NetworkXml.bridge(Examples.NAT.id())).hasSizeLessThanOrEqualTo(15);
  }

  @ParameterizedTest
  @CsvSource({
    "10.90.0.0/24,10.90.0.1,10.90.0.2,10.90.0.254",
    "10.90.0.77/24,10.90.0.1,10.90.0.2,10.90.0.254",
    "192.168.255.0/30,192.168.255.1,192.168.255.2,192.168.255.2",
    "10.0.0.0/8,10.0.0.1,10.0.0.2,10.255.255.254",
  })
  void splitsACidr(String cidr, String gateway, String first, String last) {
    Cidr parsed = Cidr.parse(cidr);
    assertThat(List.of(parsed.gateway(), parsed.firstGuest(), parsed.lastGuest()))
        .containsExactly(gateway, first, last);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.90.0.0", "10.90.0/24", "10.90.0.0/31", "fd00::/64", "10.90.0.0/x"})
  void refusesWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(ApplicationFailure.class);
  }
}
