package org.mae4j.models.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Library;
import com.sun.jna.Native;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class NativeEnvironmentTest {

  @Test
  void asksForHugePagesUnlessTheUserDecided() {
    TorchEngine.start();

    String user = System.getenv("THP_MEM_ALLOC_ENABLE");
    assertThat(Native.load("c", LibC.class).getenv("THP_MEM_ALLOC_ENABLE"))
        .isEqualTo(user == null ? "1" : user);
  }

  interface LibC extends Library {
    String getenv(String name);
  }
}
