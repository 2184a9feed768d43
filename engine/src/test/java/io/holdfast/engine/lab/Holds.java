package io.holdfast.engine.lab;

import io.holdfast.workflows.model.Steps;

/**
 * How each step is held. Its mark is what the step itself does on the host, and the process that is
 * frozen is the one at work: libvirtd inside a call, or the worker between two.
 */
final class Holds {
  private static final String POOLS = "/var/lib/holdfast/pools/*/";
  private static final String DHCP = "/var/lib/libvirt/dnsmasq/";

  private final Api api;

  Holds(Api api) {
    this.api = api;
  }

  /** {@code image}: its id. {@code instance}: the one that is to be deleted. */
  Hold of(String step, String image, String instance) {
    return switch (step) {
      case Steps.RESERVE, Steps.RELEASE -> LedgerHold.onClaims(api, step);
      case Steps.PLACE_IMAGE ->
          new FrozenProcess(
              api,
              step,
              """
              until_is "there '%1$s.holdfast-image-%2$s.fetch.part'"
              freeze %3$d
              ! there '%1$sholdfast-image-%2$s.qcow2' || exit
              """
                  .formatted(POOLS, image, worker()));
      case Steps.CREATE_VOLUMES ->
          built(
              """
              until_is "there '%1$s.*-root.qcow2.*.part'"
              freeze %2$d
              ! there '%1$s*-seed.iso' || exit
              """
                  .formatted(POOLS, worker()));
      case Steps.CONNECT_PORTS -> // inside the start of the network
          built(
              """
              until_is "there '%1$shf-*.conf'"
              freeze %2$d
              ! there '%1$shf*.hosts/[!.]*' || exit
              """
                  .formatted(DHCP, libvirtd()));
      case Steps.DEFINE_DOMAIN -> // while the domain's file is written
          built(
              """
              until_is "there '/etc/libvirt/qemu/hf-*.xml*'"
              freeze %d
              ! there '/run/libvirt/qemu/hf-*' || exit
              """
                  .formatted(libvirtd()));
      case Steps.START_DOMAIN -> // QEMU runs, and has not yet been told to let the guest run
          built(
              """
              until_is "read -r q </run/libvirt/qemu/hf-*.pid; is_qemu \\$q"
              freeze %d
              ! grep -q "state='running'" /run/libvirt/qemu/hf-*.xml || exit
              """
                  .formatted(libvirtd()));
      case Steps.AWAIT_GUEST -> new FrozenGuest(api);
      case Steps.ACTIVATE -> LedgerHold.onRecord(api, step, Steps.AWAIT_GUEST);
      case Steps.STOP_DOMAIN -> // libvirtd has told QEMU to end, and waits
          new FrozenProcess(
              api,
              step,
              "freeze " + Lab.guestProcess(instance),
              "until_is 'has_pending_term %d'".formatted(Lab.guestProcess(instance)));
      case Steps.UNDEFINE_DOMAIN ->
          new FrozenProcess(
              api,
              step,
              """
              until_is "! there '/etc/libvirt/qemu/hf-*.xml'"
              freeze %d
              """
                  .formatted(worker()));
      case Steps.DISCONNECT_PORTS -> // inside the stop of the network
          new FrozenProcess(
              api,
              step,
              """
              until_is "! there '/run/libvirt/network/hf-*.xml'"
              freeze %d
              """
                  .formatted(libvirtd()));
      case Steps.DELETE_VOLUMES ->
          new FrozenProcess(
              api,
              step,
              """
              until_is "! there '%1$s*-root.qcow2' || ! there '%1$s*-seed.iso'"
              freeze %2$d
              """
                  .formatted(POOLS, worker()));
      default -> throw new IllegalArgumentException("Nothing holds the step " + step);
    };
  }

  /** Of the four steps of the one call that builds an instance the job shows the first. */
  private FrozenProcess built(String script) {
    return new FrozenProcess(api, Steps.CREATE_VOLUMES, script);
  }

  private static long worker() {
    return Lab.pid("worker-" + Victim.HOST);
  }

  private static long libvirtd() {
    return Lab.pid("libvirtd-" + Victim.HOST);
  }
}
