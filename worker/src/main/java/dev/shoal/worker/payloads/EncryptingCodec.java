package dev.shoal.worker.payloads;

import com.google.common.base.Throwables;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.shoal.workflows.PayloadGuard;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts whole payloads, their metadata included, with AES-256 in Galois/Counter Mode.
 *
 * <pre>
 * metadata  encoding = binary/encrypted, encryption-cipher, encryption-key-id
 * data      nonce (12 random bytes) | ciphertext | tag (16 bytes)
 * </pre>
 *
 * <p>The names are those of Temporal's own examples. What is not encrypted is read as it is: a run
 * begun before there were keys goes on, and a form without a codec endpoint may start one.
 */
public final class EncryptingCodec implements PayloadCodec {

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String ENCODING_NAME = "encoding";
  private static final String CIPHER_NAME = "encryption-cipher";
  private static final String KEY_NAME = "encryption-key-id";
  private static final ByteString ENCRYPTED = ByteString.copyFromUtf8("binary/encrypted");
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private final PayloadKeys keys;
  private final SecureRandom random = new SecureRandom();

  EncryptingCodec(PayloadKeys keys) {
    this.keys = keys;
  }

  /**
   * What clients and workers use: the guard's converter, encrypting if there are keys. Messages and
   * stack traces of failures are encrypted too; the types of failures are not.
   */
  public static CodecDataConverter converter(PayloadKeys keys) {
    return PayloadGuard.dataConverter(new EncryptingCodec(keys), !keys.isEmpty());
  }

  /** What that converter does to payloads, for those who have payloads and no values. */
  public static PayloadCodec steps(PayloadKeys keys) {
    return converter(keys);
  }

  /** Why a payload could not be read, where that is what a call failed with, wrapped or not. */
  public static Optional<String> unread(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .filter(PayloadCodecException.class::isInstance)
        .map(Throwable::getMessage)
        .findFirst();
  }

  @Override
  public List<Payload> encode(List<Payload> payloads) {
    return keys.isEmpty() ? payloads : payloads.stream().map(this::encrypt).toList();
  }

  @Override
  public List<Payload> decode(List<Payload> payloads) {
    return payloads.stream().map(p -> isEncrypted(p) ? decrypt(p) : p).toList();
  }

  private static boolean isEncrypted(Payload payload) {
    return ENCRYPTED.equals(payload.getMetadataMap().get(ENCODING_NAME));
  }

  private Payload encrypt(Payload plain) {
    String id = keys.ids().get(0);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, keys.find(id).orElseThrow(), nonce)
              .doFinal(plain.toByteArray());
      return Payload.newBuilder()
          .putMetadata(ENCODING_NAME, ENCRYPTED)
          .putMetadata(CIPHER_NAME, ByteString.copyFromUtf8(CIPHER))
          .putMetadata(KEY_NAME, ByteString.copyFromUtf8(id))
          .setData(ByteString.copyFrom(nonce).concat(ByteString.copyFrom(sealed)))
          .build();
    } catch (GeneralSecurityException e) {
      throw new PayloadCodecException("a payload cannot be encrypted with key " + id, e);
    }
  }

  private Payload decrypt(Payload payload) {
    String id = payload.getMetadataOrDefault(KEY_NAME, ByteString.EMPTY).toStringUtf8();
    SecretKey key = keys.find(id).orElseThrow(() -> unknown(id));
    byte[] data = payload.getData().toByteArray();
    if (data.length < NONCE_BYTES + TAG_BYTES) {
      throw new PayloadCodecException(
          "a payload encrypted with key %s is cut off: it has %d bytes, expected at least %d"
              .formatted(id, data.length, NONCE_BYTES + TAG_BYTES));
    }
    try {
      return Payload.parseFrom(
          cipher(Cipher.DECRYPT_MODE, key, data)
              .doFinal(data, NONCE_BYTES, data.length - NONCE_BYTES));
    } catch (AEADBadTagException e) {
      throw new PayloadCodecException(
          ("a payload encrypted with key %s cannot be decrypted: it is damaged or cut off, or"
                  + " another key has this id here; compare %s of clients and workers")
              .formatted(id, PayloadKeys.VARIABLE));
    } catch (GeneralSecurityException | InvalidProtocolBufferException e) {
      throw new PayloadCodecException("a payload cannot be decrypted with key " + id, e);
    }
  }

  /** The nonce is the first bytes of what is given. */
  private static Cipher cipher(int mode, SecretKey key, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce, 0, NONCE_BYTES));
    return cipher;
  }

  private PayloadCodecException unknown(String id) {
    String name = PayloadKeys.isId(id) ? "key " + id : "a key without a proper id";
    String here = keys.isEmpty() ? "is not set" : "has only " + String.join(", ", keys.ids());
    return new PayloadCodecException(
        "a payload is encrypted with %s, but %s here %s; add the key, it is needed as long as runs written with it are kept"
            .formatted(name, PayloadKeys.VARIABLE, here));
  }
}
