package org.mae4j.data.ffmpeg.internal.libav;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.BaseEncoding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferencesTest {

  /** Beginnings of video parameter sets as encoders write them. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "one layer, 0000000140010C01FFFF, true",
    "two layers, 0000000140010C02FFFF, false",
    "seven layers, 40010C0DFFFF, false",
    "one layer and then two, 40010C01FFFF0000000140010C02FFFF, false",
    "other units alone, 0000000142010101, false",
    "cut short, 40010C, false",
    "nothing at all, '', false",
  })
  void ofHevcAreKnownWhereThereIsOneTemporalLayer(String name, String header, boolean known) {
    byte[] bytes = BaseEncoding.base16().decode(header);

    assertThat(References.isOfOneLayer(bytes)).as(name).isEqualTo(known);
  }
}
