package io.github.stepwire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class EngineTest {
  @Test
  void engineIsTheOneThatTheTestsAskFor() {
    String wanted = System.getProperty("stepwire.engine");
    assertEquals(wanted, Transcoder.engine().name().toLowerCase(Locale.ROOT));
    assertFalse(Engine.reason().isEmpty());
  }
}
