using System.Formats.Asn1;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pictor.Tests.Upstream;

/// <summary>Certificates that nobody trusts, made in memory.</summary>
internal static class TestCertificate
{
    /// <summary>A leaf whose issuer is unknown and said to be found at <paramref name="issuerAddress"/>.</summary>
    public static X509Certificate2 Issued(string issuerAddress)
    {
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (from, to) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var issuerRequest = new CertificateRequest("CN=Unknown issuer", issuerKey, HashAlgorithmName.SHA256);
        issuerRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = issuerRequest.CreateSelfSigned(from, to);

        var request = new CertificateRequest("CN=127.0.0.1", leafKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: [issuerAddress + "/ocsp"], caIssuersUris: [issuerAddress + "/issuer.cer"]));
        request.CertificateExtensions.Add(CrlPoint(issuerAddress + "/list.crl"));
        using var leaf = request.Create(issuer, from.AddDays(1), to.AddDays(-1), [1, 2, 3, 4]);
        using var withKey = leaf.CopyWithPrivateKey(leafKey);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>Keeps the server's side from asking the issuer by itself.</summary>
    public static SslServerAuthenticationOptions Offline(X509Certificate2 certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
    };

    private static X509Extension CrlPoint(string address)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, address, new Asn1Tag(TagClass.ContextSpecific, 6));
        }

        return new X509Extension("2.5.29.31", writer.Encode(), critical: false);
    }
}
