package io.holdfast.activities.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.activities.libvirt.Xml;
import io.holdfast.workflows.model.ComputeSize;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class DomainSizeXmlTest {
  /** As libvirt shows a guest of 256 MiB that was given a processor and two modules of 128 MiB. */
  private static final String GROWN =
      """
      <domain type='qemu'>
        <name>hf-web</name>
        <maxMemory slots='32' unit='KiB'>1048576</maxMemory>
        <memory unit='KiB'>524288</memory>
        <currentMemory unit='KiB'>524288</currentMemory>
        <vcpu placement='static' current='2'>4</vcpu>
        <vcpus>
          <vcpu id='0' enabled='yes' hotpluggable='no' order='1'/>
          <vcpu id='1' enabled='yes' hotpluggable='yes' order='2'/>
        </vcpus>
        <cpu mode='custom' match='exact' check='none'>
          <model fallback='forbid'>qemu64</model>
          <numa><cell id='0' cpus='0-3' memory='262144' unit='KiB'/></numa>
        </cpu>
        <devices>
          <disk type='file' device='disk'><target dev='vda' bus='virtio'/></disk>
          <memory model='dimm'>
            <target><size unit='KiB'>131072</size><node>0</node></target>
            <alias name='dimm0'/>
          </memory>
          <memory model='dimm'>
            <target><size unit='KiB'>131072</size><node>0</node></target>
            <alias name='dimm1'/>
          </memory>
        </devices>
      </domain>
      """;

  private final Document domain = Xml.parse(GROWN);

  @Test
  void readsWhatAGuestWasGiven() {
    assertThat(DomainSizeXml.size(domain)).isEqualTo(new ComputeSize(2, 512));
    assertThat(DomainSizeXml.limit(domain)).isEqualTo(new ComputeSize(4, 1024));
  }

  @Test
  void takesTheModuleThatWasPluggedLast() {
    assertThat(DomainSizeXml.module(domain, 128).map(Xml::write).orElseThrow()).contains("dimm1");
    assertThat(DomainSizeXml.module(domain, 256)).isEmpty();
  }

  @Test
  void theNextStartHasAllInOnePiece() {
    DomainSizeXml.set(domain, new ComputeSize(2, 512), new ComputeSize(8, 2048));
    String xml = Xml.write(domain);
    assertThat(xml)
        .contains("<vcpu current=\"2\" placement=\"static\">8</vcpu>")
        .contains("<memory unit=\"MiB\">512</memory>")
        .contains("<maxMemory slots=\"32\" unit=\"MiB\">2048</maxMemory>")
        .contains("<cell cpus=\"0-7\" id=\"0\" memory=\"512\" unit=\"MiB\"/>")
        .contains("<target bus=\"virtio\" dev=\"vda\"/>")
        .contains("qemu64")
        .doesNotContain("dimm", "<vcpus>", "currentMemory", "262144");
  }

  @Test
  void withoutALimitThereIsNoRoom() {
    DomainSizeXml.set(domain, new ComputeSize(1, 256), null);
    assertThat(Xml.write(domain))
        .contains("<vcpu placement=\"static\">1</vcpu>")
        .doesNotContain("maxMemory", "<numa>");
    assertThat(DomainSizeXml.render(new ComputeSize(1, 256), null))
        .isEqualTo("  <memory unit='MiB'>256</memory>\n  <vcpu>1</vcpu>\n");
    assertThat(DomainSizeXml.numa(new ComputeSize(1, 256), null)).isEmpty();
  }
}
