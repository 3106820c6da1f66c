package org.mae4j.data.corruption;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;

/**
 * The two-dimensional Fourier transform of grey pictures.
 *
 * @param real (T, h, w)
 * @param imaginary (T, h, w)
 */
record Spectrum(NDArray real, NDArray imaginary) {

  /** Of (T, h, w). */
  static Spectrum of(NDArray grey) {
    NDArray pairs = grey.fft2(sizes(grey), new long[] {1, 2}).real();
    return new Spectrum(pairs.get("..., 0"), pairs.get("..., 1"));
  }

  /** The picture (T, h, w); what is imaginary in it, by rounding, is left out. */
  NDArray picture() {
    return NDArrays.stack(new NDList(real, imaginary), -1)
        .complex()
        .ifft2(sizes(real), new long[] {1, 2})
        .real()
        .get("..., 0");
  }

  private static long[] sizes(NDArray grey) {
    return new long[] {grey.getShape().get(1), grey.getShape().get(2)};
  }

  /** (T, h, w), at least 0. */
  NDArray amplitude() {
    return real.square().add(imaginary.square()).sqrt();
  }

  /** With all phases turned by angles (T, h, w), or what broadcasts to it, in radians. */
  Spectrum turned(NDArray angles) {
    NDArray cos = angles.cos();
    NDArray sin = angles.sin();
    return new Spectrum(
        real.mul(cos).sub(imaginary.mul(sin)), real.mul(sin).add(imaginary.mul(cos)));
  }

  /** With all amplitudes multiplied. */
  Spectrum times(NDArray factors) {
    return new Spectrum(real.mul(factors), imaginary.mul(factors));
  }
}
