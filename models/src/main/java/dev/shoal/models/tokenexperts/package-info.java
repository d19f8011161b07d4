/**
 * Experts for kinds of tokens, with routers fitted to them: {@link
 * dev.shoal.models.tokenexperts.TokenExperts} is the story; {@code SampleStates} takes the sample
 * through the dense model, {@code LayerExperts} makes one layer's experts in turns, starting from
 * {@code SphericalKmeans}, and {@code RouterFit} fits the router. {@code ExpertFit} then moves the
 * experts' weights where that is asked for, and stops by what {@code HeldOut} keeps from it.
 */
package dev.shoal.models.tokenexperts;
