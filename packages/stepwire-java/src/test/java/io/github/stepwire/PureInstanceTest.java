package io.github.stepwire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PureInstanceTest {
  @Test
  void roomForAnInputIsNeverNegative() {
    assertEquals(125_000, PureInstance.capacityFor(100_000));
    assertEquals(Integer.MAX_VALUE, PureInstance.capacityFor(1_800_000_000));
    assertEquals(Integer.MAX_VALUE, PureInstance.capacityFor(Integer.MAX_VALUE));
  }
}
