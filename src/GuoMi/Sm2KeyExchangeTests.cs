using System.Text;
using Org.BouncyCastle.Asn1.GM;
using Org.BouncyCastle.Crypto.Agreement;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math;
using Xunit;
using Zhengtong.GuoMi.Native;

namespace Zhengtong.GuoMi;

public sealed class Sm2KeyExchangeTests
{
    // GB/T 32918.5-2017, B.2.
    [Fact]
    public void The_exchange_of_the_standard_comes_out_on_both_sides()
    {
        using var a = Pair("81EB26E941BB5AF16DF116495F90695272AE2CD63D6C4AE1678418BE48230029");
        using var b = Pair("785129917D45A9EA5437A59356B82338EAADDA6CEB199088F14AE10DEFA229B5");
        using var sideA = new Sm2KeyExchange(
            a, Sm2ExchangeRole.Initiator, default, Pair("D4DE15474DB74D06491C440D305E012400990F3E390C7E87153C12DB2EA60BB3"));
        using var sideB = new Sm2KeyExchange(
            b, Sm2ExchangeRole.Responder, default, Pair("7E07124814B309489125EAED101113164EBF0F3458C5BD88335C1F9D596243D6"));

        using var atA = sideA.Agree(b.PublicKey, sideB.EphemeralPoint, 16);
        using var atB = sideB.Agree(a.PublicKey, sideA.EphemeralPoint, 16);

        Assert.Equal(
            "0464CED1BDBC99D590049B434D0FD73428CF608A5DB8FE5CE07F15026940BAE40E376629C7AB21E7DB260922499DDB11"
            + "8F07CE8EAAE3E7720AFEF6A5CC062070C0",
            Convert.ToHexString(sideA.EphemeralPoint));
        Assert.Equal("6C89347354DE2484C60B4AB1FDE4C6E5", Convert.ToHexString(atA.Key));
        Assert.Equal("6C89347354DE2484C60B4AB1FDE4C6E5", Convert.ToHexString(atB.Key));
        Assert.Equal("D3A0FE15DEE185CEAE907A6B595CC32A266ED7B3367E9983A896DC32FA20F8EB", Convert.ToHexString(atB.Confirmation));
        Assert.Equal("18C7894B3816DF16CF07B05C5EC0BEF5D655D58F779CC1B400A4F3884644DB88", Convert.ToHexString(atA.Confirmation));
        Assert.True(atA.IsConfirmedBy(atB.Confirmation));
        Assert.True(atB.IsConfirmedBy(atA.Confirmation));
    }

    // GM/T 0003.3-2012, annex A: the same steps over the prime curve of the annexes, which is not the recommended one.
    [Fact]
    public void The_exchange_over_the_test_curve_of_the_standard_comes_out()
    {
        using var context = LibCrypto.BN_CTX_secure_new();
        using var p = Number("8542D69E4C044F18E8B92435BF6FF7DE457283915C45517D722EDB8B08F1DFC3");
        using var a = Number("787968B4FA32C3FD2417842E73BBFEFF2F3C848B6831D7E0EC65228B3937E498");
        using var b = Number("63E4C6D3B23B0C849CF84241484BFE48F61D59A5B16BA06E6E12D1DA27C5249A");
        using var n = Number("8542D69E4C044F18E8B92435BF6FF7DD297720630485628D5AE74EE7C32E79B7");
        using var one = Number("01");
        using var group = NativeCall.Check(LibCrypto.EC_GROUP_new_curve_GFp(p, a, b, context));
        using var generator = Sm2Curve.Decode(group, Convert.FromHexString(
            "04421DEBD61B62EAB6746434EBC3CC315E32220B3BADD50BDC4C4E6C147FEDD43D0680512BCBB42C07D47349D2153B70"
            + "C4E5D7FDFCBFA36EA1A85841B9E46E09A2"), context);
        NativeCall.Check(LibCrypto.EC_GROUP_set_generator(group, generator, n, one));
        var initiatorEphemeral = Convert.FromHexString(
            "046CB5633816F4DD560B1DEC458310CBCC6856C09505324A6D23150C408F162BF00D6FCF62F1036C0A1B6DACCF573992"
            + "23A65F7D7BF2D9637E5BBBEB857961BF1A");
        var responderEphemeral = Convert.FromHexString(
            "041799B2A2C778295300D9A2325C686129B8F2B5337B3DCF4514E8BBC19D900EE554C9288C82733EFDF7808AE7F27D0E"
            + "732F7C73A7D9AC98B7D8740A91D0DB3CF4");

        var shared = Sm2KeyExchange.SharedPoint(
            group, Convert.FromHexString("8542D69E4C044F18E8B92435BF6FF7DD297720630485628D5AE74EE7C32E79B7"),
            Convert.FromHexString("6FCBA2EF9AE0AB902BC3BDE3FF915D44BA4CC78F88E2F8E7F8996D3B8CCEEDEE"),
            Convert.FromHexString("83A2C9C8B96E5AF70BD480B472409A9A327257F1EBB73F5B073354B248668563"), initiatorEphemeral,
            Convert.FromHexString(
                "04245493D446C38D8CC0F118374690E7DF633A8A4BFB3329B5ECE604B2B4F37F4353C0869F4B9E17773DE68FEC45E149"
                + "04E0DEA45BF6CECF9918C85EA047C60A4C"),
            responderEphemeral);
        using var agreed = Sm2KeyExchange.Conclude(
            shared, Convert.FromHexString("E4D1D0C3CA4C7F11BC8FF8CB3F4C02A78F108FA098E51A668487240F75E20F31"),
            Convert.FromHexString("6B4B6D0E276691BD4A11BF72F4FB501AE309FDACB72FA6CC336E6656119ABD67"),
            initiatorEphemeral, responderEphemeral, 16, Sm2ExchangeRole.Initiator);

        Assert.Equal(
            "0447C826534DC2F6F1FBF28728DD658F21E174F48179ACEF2900F8B7F566E409052AF86EFE732CF12AD0E09A1F2556CC"
            + "650D9CCCE3E249866BBB5C6846A4C4A295", Convert.ToHexString(shared));
        Assert.Equal("55B0AC62A6B927BA23703832C853DED4", Convert.ToHexString(agreed.Key));
        Assert.Equal("23444DAF8ED7534366CB901C84B3BDBB63504F4065C1116C91A4C00697E6CF7A", Convert.ToHexString(agreed.Confirmation));
        Assert.True(agreed.IsConfirmedBy(Convert.FromHexString("284C8F198F141B502E81250F1581C7E9EEB4CA6990F9E02DF388B45471F5BC5C")));
    }

    [Fact]
    public void Both_sides_and_a_second_implementation_agree()
    {
        var domain = new ECDomainParameters(GMNamedCurves.GetByName("sm2p256v1"));
        for (var i = 0; i < 10; i++)
        {
            using var a = Sm2KeyPair.Generate();
            using var b = Sm2KeyPair.Generate();
            using var ephemeral = Sm2KeyPair.Generate();
            var (idA, idB) = (Encoding.ASCII.GetBytes($"a-{i}"), Encoding.ASCII.GetBytes($"b-{i}"));
            using var sideA = new Sm2KeyExchange(a, Sm2ExchangeRole.Initiator, idA);
            using var sideB = new Sm2KeyExchange(b, Sm2ExchangeRole.Responder, idB, ephemeral);
            using var atA = sideA.Agree(b.PublicKey, sideB.EphemeralPoint, 48, idB);
            using var atB = sideB.Agree(a.PublicKey, sideA.EphemeralPoint, 48, idA);

            var theirs = new SM2KeyExchange();
            theirs.Init(new ParametersWithID(
                new SM2KeyExchangePrivateParameters(false, Private(b, domain), Private(ephemeral, domain)), idB));
            var key = theirs.CalculateKey(48 * 8, new ParametersWithID(
                new SM2KeyExchangePublicParameters(Public(a.PublicKey.Point, domain), Public(sideA.EphemeralPoint, domain)), idA));

            Assert.True(atA.Key.SequenceEqual(atB.Key));
            Assert.True(atA.Key.SequenceEqual(key));
        }
    }

    [Fact]
    public void A_man_in_the_middle_is_noticed_by_the_confirmation()
    {
        using var a = Sm2KeyPair.Generate();
        using var b = Sm2KeyPair.Generate();
        using var intruder = Sm2KeyPair.Generate();
        using var sideA = new Sm2KeyExchange(a, Sm2ExchangeRole.Initiator);
        using var sideM = new Sm2KeyExchange(intruder, Sm2ExchangeRole.Responder);
        using var atA = sideA.Agree(b.PublicKey, sideM.EphemeralPoint, 32);
        using var atM = sideM.Agree(a.PublicKey, sideA.EphemeralPoint, 32);

        Assert.False(atA.Key.SequenceEqual(atM.Key));
        Assert.False(atA.IsConfirmedBy(atM.Confirmation));
        Assert.False(atA.IsConfirmedBy([]));
    }

    [Fact]
    public void Another_id_gives_another_key()
    {
        using var a = Sm2KeyPair.Generate();
        using var b = Sm2KeyPair.Generate();
        using var sideA = new Sm2KeyExchange(a, Sm2ExchangeRole.Initiator, "alice"u8);
        using var sideB = new Sm2KeyExchange(b, Sm2ExchangeRole.Responder, "bob"u8);
        using var atA = sideA.Agree(b.PublicKey, sideB.EphemeralPoint, 32, "bob"u8);
        using var atB = sideB.Agree(a.PublicKey, sideA.EphemeralPoint, 32, "mallory"u8);

        Assert.False(atA.Key.SequenceEqual(atB.Key));
    }

    [Fact]
    public void A_point_off_the_curve_and_a_second_agreement_are_refused()
    {
        using var a = Sm2KeyPair.Generate();
        using var b = Sm2KeyPair.Generate();
        using var side = new Sm2KeyExchange(a, Sm2ExchangeRole.Initiator);
        using var other = new Sm2KeyExchange(b, Sm2ExchangeRole.Responder);
        var point = other.EphemeralPoint.ToArray();
        point[40] ^= 1;

        Assert.Throws<GuoMiException>(() => side.Agree(b.PublicKey, point, 16));
        Assert.Throws<InvalidOperationException>(() => side.Agree(b.PublicKey, other.EphemeralPoint, 16));
    }

    private static Sm2KeyPair Pair(string hex) => Sm2KeyPair.FromPrivateKey(Convert.FromHexString(hex));

    private static BigNumber Number(string hex) => Sm2Curve.Secret(Convert.FromHexString(hex));

    private static ECPrivateKeyParameters Private(Sm2KeyPair pair, ECDomainParameters domain)
    {
        var number = new byte[32];
        pair.ExportPrivateKey(number);
        return new ECPrivateKeyParameters(new BigInteger(1, number), domain);
    }

    private static ECPublicKeyParameters Public(ReadOnlySpan<byte> point, ECDomainParameters domain) =>
        new(domain.Curve.DecodePoint(point.ToArray()), domain);
}
