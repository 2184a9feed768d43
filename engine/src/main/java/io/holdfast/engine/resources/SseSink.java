package io.holdfast.engine.resources;

import io.holdfast.engine.api.EventBody;
import io.holdfast.engine.core.EventSink;
import io.holdfast.engine.db.EventRow;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.glassfish.jersey.media.sse.EventOutput;
import org.glassfish.jersey.media.sse.OutboundEvent;

/** Events as server-sent events (WHATWG HTML, section 9.2). */
final class SseSink implements EventSink {
  private final EventOutput output = new EventOutput();

  EventOutput output() {
    return output;
  }

  @Override
  public void send(EventRow event) throws IOException {
    output.write(
        new OutboundEvent.Builder()
            .id(Long.toString(event.id()))
            .name(event.type())
            .mediaType(MediaType.APPLICATION_JSON_TYPE)
            .data(EventBody.class, EventBody.of(event))
            .build());
  }

  @Override
  public void beat() throws IOException {
    output.write(new OutboundEvent.Builder().comment("alive").build());
  }

  @Override
  public void end(String reason) throws IOException {
    output.write(new OutboundEvent.Builder().name("end").data(reason).build());
  }

  @Override
  public void close() {
    try {
      output.close();
    } catch (IOException gone) {
      // nobody is left to tell
    }
  }
}
