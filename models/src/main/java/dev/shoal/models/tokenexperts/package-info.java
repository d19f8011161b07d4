/**
 * Experts for kinds of tokens, with routers fitted to them: {@link
 * dev.shoal.models.tokenexperts.TokenExperts} is the story; {@code SampleStates} takes the sample
 * through the dense model, {@code LayerExperts} makes one layer's experts in turns, starting from
 * {@code SphericalKmeans}, and {@code RouterFit} fits the router.
 */
package dev.shoal.models.tokenexperts;
