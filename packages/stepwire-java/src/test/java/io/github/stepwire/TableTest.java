package io.github.stepwire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A table of another schema replaces that of the kernel. */
class TableTest {
  private static final String CREATION = "stepwire.v1.MessageCreation";
  private static final byte[] TABLE = new PureInstance(Program.CONVERTER).table();

  private static Transcoder build(byte[] table) {
    return Transcoder.builder(CREATION).table(table).build();
  }

  private static void assertRefused(String reason, byte[] table) {
    var refusal = assertThrows(IllegalArgumentException.class, () -> build(table));
    assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
  }

  @Test
  void convertsByTheTable() {
    byte[] json = "{\"message_id\":\"m\"}".getBytes(UTF_8);
    Transcoder transcoder = build(TABLE);
    assertArrayEquals(json, transcoder.toJson(transcoder.toBinary(json)));
  }

  @Test
  void usesNothingButTheTable() {
    String renamed = new String(TABLE, ISO_8859_1).replace(CREATION, "stepwire.v1.MessageDeletion");
    assertRefused("there is no message", renamed.getBytes(ISO_8859_1));
  }

  @Test
  void refusesOtherTables() {
    assertRefused("was not written by", "{}".getBytes(UTF_8));
    assertRefused("is incomplete", Arrays.copyOf(TABLE, TABLE.length - 1));
    byte[] otherLayout = TABLE.clone();
    otherLayout[24]++;
    assertRefused("for another version", otherLayout);
    byte[] large = Arrays.copyOf(TABLE, TABLE.length + 16);
    ByteBuffer.wrap(large).order(ByteOrder.LITTLE_ENDIAN).putInt(28, large.length);
    assertRefused("room", large);
  }
}
